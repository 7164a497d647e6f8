// Scripts and actions that were there when the document was signed are told of, and change no verdict.

import t from 'tap';
import { sign, verifyBytes } from '../attacks/carrier.ts';
import { FORM, fields, formLetter } from '../attacks/form-letter.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';

const SCRIPT = '<< /S /JavaScript /JS (app.alert) >>';

async function isTold(objects: Record<number, string>): Promise<boolean> {
  const report = await verifyBytes(await sign(handmadePdf({ objects })));
  t.equal(report.verdict, 'VALID');
  return report.signatures.every(({ reasons }) => reasons.some(({ code }) => code === 'ACTIVE_CONTENT'));
}

const catalog = (entries: string): Record<number, string> =>
  onePage({ 1: `<< /Type /Catalog /Pages 2 0 R ${entries} >>` });

t.test('what runs by itself is told', async (t) => {
  t.ok(await isTold(catalog(`/OpenAction ${SCRIPT}`)));
  t.ok(await isTold(catalog(`/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next ${SCRIPT} >>`)));
  t.ok(await isTold(catalog('/OpenAction << /S /Launch /F (x) >>')));
  t.ok(await isTold(catalog(`/AA << /WC ${SCRIPT} >>`)));
  t.ok(await isTold(catalog(`/Names << /JavaScript << /Names [(a) ${SCRIPT}] >> >>`)));
  t.ok(await isTold(formLetter({ [FORM.position]: fields.position(`/AA << /F ${SCRIPT} >>`) })));
});

t.test('what runs when a reader clicks on the page is told', async (t) => {
  const link = (action: string) =>
    onePage({
      3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A ${action} >>] >>`,
    });
  t.ok(await isTold(link('<< /S /Launch /F (x) >>')));
  t.ok(await isTold(link(SCRIPT)));
  t.notOk(await isTold(link('<< /S /URI /URI (https://example.id) >>')));
});

t.test('layers and attached files run nothing', async (t) => {
  t.notOk(await isTold(catalog('/OCProperties << /OCGs [<< /Type /OCG /Name (a) >>] /D << >> >>')));
  t.notOk(await isTold(catalog('/Collection << >>')));
});

t.test('to show a page runs nothing', async (t) => {
  t.notOk(await isTold(catalog('/OpenAction [3 0 R /Fit]')));
  t.notOk(await isTold(catalog('/OpenAction << /S /GoTo /D [3 0 R /Fit] >>')));
  t.notOk(await isTold(formLetter()));
});
