/**
 * Gathers messages to another thread: those of one turn of the event loop leave together, in order. Waking the other thread and being
 * woken by it costs more than a message does.
 */
export function createMessageBatch<Message>(post: (messages: readonly Message[]) => void): (message: Message) => void {
  let gathered: Message[] = [];
  const flush = () => {
    const messages = gathered;
    gathered = [];
    post(messages);
  };
  return (message) => {
    if (gathered.push(message) === 1) setImmediate(flush);
  };
}
