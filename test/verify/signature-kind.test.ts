import t from 'tap';
import { parseCertificate } from '../../src/index.ts';
import { signatureKind } from '../../src/verify/signature-kind.ts';
import { pki } from '../sign/development-signer.ts';

t.test('a seal is told from a signature by its certificate', async (t) => {
  t.equal(signatureKind(parseCertificate(pki.signers.segel.certificate)), 'seal');
  t.equal(signatureKind(parseCertificate(pki.signers.pejabat.certificate)), 'signature');
  t.equal(signatureKind(null), 'signature');
});
