import eu.europa.esig.validationreport.ValidationReportUtils;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.Validator;
import org.xml.sax.SAXException;

/** Holds reports against the schema of ETSI TS 119 102-2 that DSS publishes: a path per line in, `valid` or the first fault out. */
public final class ReportSchema {
  public static void main(String[] args) throws Exception {
    Schema schema = ValidationReportUtils.getInstance().getSchema();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String path = lines.readLine(); path != null; path = lines.readLine()) {
      System.out.println(verdictOn(Path.of(path), schema));
    }
  }

  private static String verdictOn(Path path, Schema schema) throws Exception {
    Validator validator = schema.newValidator();
    try {
      validator.validate(new StreamSource(path.toFile()));
      return "valid";
    } catch (SAXException fault) {
      return String.valueOf(fault.getMessage()).replace('\n', ' ');
    }
  }
}
