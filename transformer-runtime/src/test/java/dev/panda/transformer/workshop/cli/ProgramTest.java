package dev.panda.transformer.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ProgramTest {
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new Sheep()
        .commandLine(new FailureReport(Set.of()))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--many=x|'x' (expected: a whole number)",
        "--share=x|'x' (expected: a number)",
        "--coat=red|'--coat': red (expected: black, off-white)",
        "--share|Missing required parameter for option '--share'",
        "--shre=1|Unknown option: '--shre=1'",
        "more|Unmatched argument at index 1: 'more'"
      })
  void whatIsWrongIsSaidInTwoLinesWithThePlaceOfHelp(String argument, String error) {
    assertThat(run("count", argument)).isEqualTo(2);
    List<String> lines = err.toString().lines().toList();
    assertThat(lines.get(0)).startsWith("panda: ").contains(error);
    assertThat(lines).hasSizeLessThanOrEqualTo(3);
    assertThat(lines).last().isEqualTo("Try: deploy/panda count --help");
  }

  @Test
  void enumsAreReadInLowerCaseWithDashes() {
    assertThat(run("count", "--coat=off-white")).isEqualTo(1);
  }

  @Test
  void suggestsSimilarOptionsForAMisspeltOne() {
    run("count", "--shre=1");
    assertThat(err.toString()).contains("Possible solutions: --share");
  }

  @Test
  void withoutACommandThereIsAnError() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("panda: no command was given", "Try: deploy/panda --help");
  }

  private enum Coat {
    BLACK,
    OFF_WHITE
  }

  @Command(subcommands = Count.class)
  private static final class Sheep extends Program {}

  @Command(name = "count")
  private static final class Count implements Callable<Integer> {
    @Option(names = "--many")
    private int many;

    @Option(names = "--share")
    private double share;

    @Option(names = "--coat", paramLabel = "COAT")
    private Coat coat = Coat.BLACK;

    @Override
    public Integer call() {
      return (int) (many + share) + (coat == Coat.BLACK ? 0 : 1);
    }
  }
}
