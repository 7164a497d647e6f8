package teken.interop;

import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore.PasswordProtection;
import java.util.Date;

/**
 * Signs with EU DSS, PAdES-BASELINE-B, with the key of a PKCS#12 container that is opened once: the path of a document and the path
 * for the signed one on standard input, a tab between them; on standard output a line for each, when the file is written.
 *
 * <pre>java -cp judge.jar teken.interop.Signer container.p12 PASSPHRASE &lt; paths</pre>
 */
public final class Signer {
  private final PAdESService service = new PAdESService(new CommonCertificateVerifier());
  private final Pkcs12SignatureToken token;
  private final DSSPrivateKeyEntry key;

  private Signer(String container, String passphrase) throws Exception {
    token = new Pkcs12SignatureToken(new File(container), new PasswordProtection(passphrase.toCharArray()));
    key = token.getKeys().get(0);
  }

  public static void main(String[] arguments) throws Exception {
    Signer signer = new Signer(arguments[0], arguments[1]);
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] paths = line.split("\t", 2);
      signer.sign(paths[0], paths[1]);
      System.out.println(paths[1]);
    }
  }

  /** The three steps of its documentation. */
  private void sign(String source, String target) throws Exception {
    DSSDocument document = new FileDocument(source);
    PAdESSignatureParameters parameters = new PAdESSignatureParameters();
    parameters.setSignatureLevel(SignatureLevel.PAdES_BASELINE_B);
    parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
    parameters.setSigningCertificate(key.getCertificate());
    parameters.setCertificateChain(key.getCertificateChain());
    parameters.setReason("Pengukuran");
    parameters.bLevel().setSigningDate(new Date());
    ToBeSigned attributes = service.getDataToSign(document, parameters);
    SignatureValue value = token.sign(attributes, DigestAlgorithm.SHA256, key);
    service.signDocument(document, parameters, value).save(target);
  }
}
