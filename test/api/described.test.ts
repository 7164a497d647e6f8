// The service does what openapi.yaml says, asked by a program of others with data made from that document.

import t from 'tap';
import { toolMissing } from '../tools.ts';
import { checkApi } from './run-schemathesis.ts';

t.test(
  'schemathesis finds no answer that the description does not know, and no request that it wrongly allows or refuses',
  { skip: toolMissing('schemathesis') },
  async (t) => {
    const { code, stdout, stderr } = await checkApi({ examples: 25, seed: 20_261_122, timeoutMs: 280_000 });
    if (code !== 0) t.comment(`${stdout}\n${stderr}`);
    t.equal(code, 0);
    t.match(stdout, /Tested:\D*15/);
  },
);
