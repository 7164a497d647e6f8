package teken.interop;

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** For each file a line: the flavour that it claims, whether it keeps to it, and the rules that it breaks. */
public final class ArchivalJudge {
  private ArchivalJudge() {}

  public static void main(String[] files) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (String file : files) {
      try (InputStream stream = new FileInputStream(file);
          PDFAParser parser = Foundries.defaultInstance().createParser(stream)) {
        ValidationResult result =
            Foundries.defaultInstance().createValidator(parser.getFlavour(), false).validate(parser);
        TreeSet<String> broken = new TreeSet<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
          if (assertion.getStatus() != TestAssertion.Status.FAILED) continue;
          broken.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber());
        }
        System.out.println(parser.getFlavour() + " " + result.isCompliant() + " " + String.join(",", broken));
      }
    }
  }
}
