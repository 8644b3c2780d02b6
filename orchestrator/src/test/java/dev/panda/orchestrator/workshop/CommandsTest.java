package dev.panda.orchestrator.workshop;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.testing.FakeServices;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What all commands have in common, and the listing of preferences. */
class CommandsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "chat",
        "demo",
        "preferences",
        "sample",
        "make-pairs",
        "compare",
        "bench",
        "up",
        "down",
        "status"
      })
  void everyCommandExplainsItselfWithExamples(String command) {
    Ran help = panda(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains("Usage:", "deploy/panda " + command, "Examples:")
        .doesNotContain("<");
    assertThat(panda("--help").out()).contains(command);
  }

  @Test
  void examplesFitALineOfATerminalAndNameTheScript() {
    assertThat(commands(Panda.commandLine()))
        .allSatisfy(
            command ->
                assertThat(command.getCommandSpec().usageMessage().footer())
                    .as(command.getCommandSpec().qualifiedName())
                    .allSatisfy(line -> assertThat(line.length()).isLessThan(80))
                    .anySatisfy(line -> assertThat(line).contains("deploy/panda "))
                    .allSatisfy(line -> assertThat(line).doesNotContain("  panda ", "| panda ")));
  }

  /** A command and all its subcommands. */
  private static Stream<CommandLine> commands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(CommandsTest::commands));
  }

  @Test
  void withoutACommandThereIsAnError() {
    Ran ran = panda();
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines())
        .containsExactly("panda: no command was given", "Try: deploy/panda --help");
  }

  @Test
  void aMisspeltOptionIsAnsweredWithSimilarOnes() {
    assertThat(panda("generate", "hello", "--lamda=constant:1").err().lines())
        .containsExactly(
            "panda: Unknown option: '--lamda=constant:1'",
            "Possible solutions: --lambda, --lambda-mode",
            "Try: deploy/panda generate --help");
  }

  @Test
  void aMissingArgumentIsNamed() {
    Ran ran = panda("compare");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines()).hasSize(2).first().asString().contains("(FILE)");
    assertThat(ran.err()).endsWith("Try: deploy/panda compare --help\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--lambda=constant",
        "--lambda=linear:1",
        "--lambda=warm-up:1,0",
        "--method=magic",
        "--preference==1",
        "--preference=kind=NaN",
        "--endpoint=nowhere",
        "--deadline=PT10S",
        "-k=many"
      })
  void refusesAMalformedOption(String option) {
    Ran ran = panda("generate", "hello", option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(option.substring(option.indexOf('=') + 1), "(expected: ");
    assertThat(ran.err().lines()).hasSize(2).last().isEqualTo("Try: deploy/panda generate --help");
  }

  @Test
  void preferencesAreListedWithTheirStrengths() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      assertThat(panda("preferences", "--endpoint", services.endpoint()).out())
          .contains("model: fake", "kind", "λ 1.5", "More of kind.");
    }
  }
}
