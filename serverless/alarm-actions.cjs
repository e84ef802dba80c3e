/** Whom alarms tell: the parameter `alarmTopic`; nobody, if it names none. */
module.exports = async ({ resolveVariable }) => {
  const topic = await resolveVariable('param:alarmTopic')
  return topic === '' ? [] : [topic]
}
