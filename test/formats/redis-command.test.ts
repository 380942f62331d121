import { expect, it } from 'vitest';
import { actionOfRedis } from '../../shared/formats/redis-command.ts';

it.each([
  ['hgetall user:1', 'query'],
  ['GET user:1', 'query'],
  ['keys *', 'query'],
  ['a command of tomorrow', 'query'],
  ['set user:1 x', 'update'],
  ['del user:1', 'delete'],
  ['select 1', undefined],
  ['AUTH ****', undefined],
  ['exec', undefined],
])('%s is %s', (command, action) => {
  expect(actionOfRedis(command)).toBe(action);
});
