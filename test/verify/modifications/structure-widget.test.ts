// The tag of a new signature field in a tagged letter: permitted as long as it says no more than that the field is there.

import t, { type Test } from 'tap';
import { attackedFile } from '../../attacks/attacked-file.ts';
import { verifyBytes } from '../../attacks/carrier.ts';
import { carriers } from '../../attacks/carriers.ts';
import { signLater } from '../../attacks/later-signer.ts';

const [tagged] = await carriers(['a tagged letter']);
if (tagged === undefined) throw new Error('no tagged letter');
const file = attackedFile(tagged.bytes);
const tag = file.free + 3;

type Objects = Record<number, string>;

const TAG = (entries = '', structure = 'Form'): string =>
  `<< /Type /StructElem /S /${structure} /P 31 0 R /Pg 3 0 R ${entries} /K << /Type /OBJR /Obj {widget} 0 R /Pg 3 0 R >> >>`;

const WITH_TAG: Objects = {
  30: '<< /Type /StructTreeRoot /K [31 0 R] /ParentTree 33 0 R /ParentTreeNextKey 2 >>',
  31: `<< /Type /StructElem /S /Document /P 30 0 R /K [32 0 R ${tag} 0 R] >>`,
  33: `<< /Nums [0 34 0 R 1 ${tag} 0 R] >>`,
  [tag]: TAG(),
};

async function firstVerdict(objects: Objects): Promise<string | undefined> {
  const bytes = await signLater(file, { widget: '/StructParent 1', objects });
  return (await verifyBytes(bytes)).signatures[0]?.verdict;
}

const forbidden = async (t: Test, name: string, changes: Objects): Promise<void> => {
  t.equal(await firstVerdict({ ...WITH_TAG, ...changes }), 'CHANGED_AFTER_LAST_SIGNATURE', name);
};

t.test('one form element beside those there were, and its entry in the parent tree', async (t) => {
  t.equal(await firstVerdict(WITH_TAG), 'VALID');
  t.equal(await firstVerdict({}), 'VALID', 'a field without a tag');
  const { 30: root, 33: tree, [tag]: element } = WITH_TAG;
  t.equal(
    await firstVerdict({
      30: `${root?.replace('[31 0 R]', `[31 0 R ${tag} 0 R]`)}`,
      33: `${tree}`,
      [tag]: `${element}`.replace('/P 31 0 R', '/P 30 0 R'),
    }),
    'VALID',
    'directly under the root',
  );
  t.equal(
    await firstVerdict({
      ...WITH_TAG,
      [tag]: `${element}`.replace('/K <<', '/K [<<').replace('>> >>', '>>] >>'),
    }),
    'VALID',
    'its content in a list',
  );
});

t.test('anything more', async (t) => {
  await forbidden(t, 'a tag that speaks', { [tag]: TAG('/ActualText (Surat Palsu)') });
  await forbidden(t, 'a tag with a title', { [tag]: TAG('/T (Surat Palsu)') });
  await forbidden(t, 'a tag of another kind', { [tag]: TAG('', 'P') });
  await forbidden(t, 'a tag of another object', { [tag]: TAG().replace('{widget}', '4') });
  await forbidden(t, 'an old element gone', {
    31: `<< /Type /StructElem /S /Document /P 30 0 R /K [${tag} 0 R] >>`,
  });
  await forbidden(t, 'an old element with other words', {
    32: '<< /Type /StructElem /S /P /P 31 0 R /Pg 3 0 R /K [0] /ActualText (Surat Palsu) >>',
  });
  await forbidden(t, 'an entry of the parent tree changed', {
    33: `<< /Nums [0 ${tag} 0 R 1 ${tag} 0 R] >>`,
  });
  await forbidden(t, 'an entry of the parent tree gone', { 33: `<< /Nums [1 ${tag} 0 R] >>` });
  await forbidden(t, 'an entry of the parent tree for something else', {
    33: `<< /Nums [0 34 0 R 1 ${tag} 0 R 2 32 0 R] >>`,
  });
  await forbidden(t, 'a lower next key', {
    30: '<< /Type /StructTreeRoot /K [31 0 R] /ParentTree 33 0 R /ParentTreeNextKey 0 >>',
  });
  await forbidden(t, 'roles that mean something else', {
    30: '<< /Type /StructTreeRoot /K [31 0 R] /ParentTree 33 0 R /ParentTreeNextKey 2 /RoleMap << /P /H1 >> >>',
  });
});
