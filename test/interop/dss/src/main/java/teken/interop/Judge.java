package teken.interop;

import eu.europa.esig.dss.detailedreport.DetailedReport;
import eu.europa.esig.dss.detailedreport.jaxb.XmlBasicBuildingBlocks;
import eu.europa.esig.dss.detailedreport.jaxb.XmlConstraint;
import eu.europa.esig.dss.detailedreport.jaxb.XmlStatus;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.IPdfObjFactory;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.pdf.pdfbox.PdfBoxNativeObjectFactory;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * The verdict of EU DSS on PDF signatures: paths on standard input, one line of JSON per file on standard output. Behind the path
 * of an encrypted file stands its password, a tab between them.
 *
 * <pre>java -jar judge.jar --trust root.pem [--trust …] [--crl list.crl …] [--at 2026-11-21T00:00:00Z] [--pages n] &lt; paths</pre>
 *
 * Documents of at most n pages are drawn and compared page by page, 10 where nothing is said; objects are compared in all of them.
 * Nothing is fetched; revocation evidence is what the document carries and the lists given here.
 */
public final class Judge {
  private final CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
  private final List<String> revocationLists = new ArrayList<>();
  private Date validationTime;
  private Integer pages;

  public static void main(String[] arguments) throws Exception {
    Judge judge = new Judge();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      judge.set(arguments[i], arguments[i + 1]);
    }
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = input.readLine(); path != null; path = input.readLine()) {
      System.out.println(judge.judgeFile(path));
    }
  }

  private void set(String option, String value) {
    switch (option) {
      case "--trust" -> anchors.addCertificate(DSSUtils.loadCertificate(new File(value)));
      case "--crl" -> revocationLists.add(new File(value).toURI().toString());
      case "--at" -> validationTime = Date.from(Instant.parse(value));
      case "--pages" -> pages = Integer.valueOf(value);
      default -> throw new IllegalArgumentException("unknown option " + option);
    }
  }

  private String judgeFile(String input) {
    String[] words = input.split("\t", 2);
    String path = words[0];
    Json line = new Json().put("file", path);
    try {
      Reports reports = validate(path, words.length == 1 ? null : words[1].toCharArray());
      List<String> signatures = new ArrayList<>();
      for (SignatureWrapper signature : reports.getDiagnosticData().getSignatures()) {
        signatures.add(describe(signature, reports, new File(path).length()));
      }
      return line.put("refused", null).raw("signatures", "[" + String.join(",", signatures) + "]").toString();
    } catch (Exception refusal) {
      return line.put("refused", refusal.toString()).raw("signatures", "[]").toString();
    }
  }

  private Reports validate(String path, char[] password) {
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(anchors);
    verifier.setAIASource(null);
    if (!revocationLists.isEmpty()) {
      verifier.setCrlSource(new ExternalResourcesCRLSource(revocationLists.toArray(new String[0])));
    }
    SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path));
    validator.setCertificateVerifier(verifier);
    if (validator instanceof PDFDocumentValidator document) {
      if (password != null) {
        document.setPasswordProtection(password);
      }
      if (pages != null) {
        document.setPdfObjFactory(objectsOfPages(pages));
      }
    }
    if (validationTime != null) {
      validator.setValidationTime(validationTime);
    }
    return validator.validateDocument();
  }

  private static IPdfObjFactory objectsOfPages(int most) {
    var differences = new DefaultPdfDifferencesFinder();
    differences.setMaximalPagesAmountForVisualComparison(most);
    var factory = new PdfBoxNativeObjectFactory();
    factory.setPdfDifferencesFinder(differences);
    return factory;
  }

  private static String describe(SignatureWrapper signature, Reports reports, long fileSize) {
    String id = signature.getId();
    SimpleReport report = reports.getSimpleReport();
    List<String> timestamps = new ArrayList<>();
    for (TimestampWrapper timestamp : signature.getTimestampList()) {
      timestamps.add(
          new Json()
              .put("type", timestamp.getType())
              .put("intact", timestamp.isSignatureIntact() && timestamp.isMessageImprintDataIntact())
              .put("valid", timestamp.isSignatureValid())
              .put("indication", report.getIndication(timestamp.getId()))
              .toString());
    }
    return new Json()
        .put("field", signature.getSignatureFieldNames().isEmpty() ? null : signature.getSignatureFieldNames().get(0))
        .put("indication", report.getIndication(id))
        .put("subIndication", report.getSubIndication(id))
        .put("level", signature.getSignatureFormat())
        .put("intact", signature.isSignatureIntact())
        .put("valid", signature.isSignatureValid())
        .raw("objections", objectionsOf(reports.getDetailedReport(), id))
        .raw("changes", changesOf(signature.getPDFRevision()))
        .raw("bytesAfter", String.valueOf(fileSize - coveredTo(signature.getPDFRevision())))
        .raw("timestamps", "[" + String.join(",", timestamps) + "]")
        .toString();
  }

  /** The constraints of the format block that its policy does not find fulfilled, as failures, warnings or informations. */
  private static String objectionsOf(DetailedReport report, String id) {
    List<String> keys = new ArrayList<>();
    XmlBasicBuildingBlocks blocks = report.getBasicBuildingBlockById(id);
    if (blocks != null && blocks.getFC() != null) {
      for (XmlConstraint constraint : blocks.getFC().getConstraint()) {
        if (constraint.getStatus() != XmlStatus.OK && constraint.getStatus() != XmlStatus.IGNORED) {
          keys.add(Json.quoted(constraint.getName().getKey()));
        }
      }
    }
    return "[" + String.join(",", keys) + "]";
  }

  /** How many changes of each kind it lists behind the signed revision. */
  private static String changesOf(PDFRevisionWrapper revision) {
    return new Json()
        .raw("extension", String.valueOf(revision.getPdfExtensionChanges().size()))
        .raw("signatureOrFormFill", String.valueOf(revision.getPdfSignatureOrFormFillChanges().size()))
        .raw("annotation", String.valueOf(revision.getPdfAnnotationChanges().size()))
        .raw("undefined", String.valueOf(revision.getPdfUndefinedChanges().size()))
        .raw("page", String.valueOf(revision.getPdfPageDifferenceConcernedPages().size()))
        .raw("visual", String.valueOf(revision.getPdfVisualDifferenceConcernedPages().size()))
        .toString();
  }

  /** 0 for what is no ByteRange: then all of the file follows. */
  private static long coveredTo(PDFRevisionWrapper revision) {
    List<BigInteger> range = revision.getSignatureByteRange();
    return range.size() != 4 ? 0 : range.get(2).add(range.get(3)).longValue();
  }

  /** One JSON object, written member by member. */
  private static final class Json {
    private final StringBuilder text = new StringBuilder("{");

    Json put(String name, Object value) {
      return raw(name, value == null || value instanceof Boolean ? String.valueOf(value) : quoted(value.toString()));
    }

    Json raw(String name, String json) {
      text.append(text.length() == 1 ? "" : ",").append(quoted(name)).append(':').append(json);
      return this;
    }

    private static String quoted(String value) {
      StringBuilder quoted = new StringBuilder("\"");
      for (char c : value.toCharArray()) {
        if (c == '"' || c == '\\') {
          quoted.append('\\').append(c);
        } else if (c < ' ' || c > '~') {
          quoted.append(String.format("\\u%04x", (int) c));
        } else {
          quoted.append(c);
        }
      }
      return quoted.append('"').toString();
    }

    @Override
    public String toString() {
      return text + "}";
    }
  }
}
