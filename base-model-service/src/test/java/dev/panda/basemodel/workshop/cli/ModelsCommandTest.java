package dev.panda.basemodel.workshop.cli;

import static dev.panda.basemodel.workshop.cli.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The help and the misuse of {@code models}, and of the module's other commands. */
class ModelsCommandTest {
  @TempDir private Path folder;

  @Test
  void helpListsAllThree() {
    assertThat(panda("models", "--help").out())
        .containsPattern("list +Lists")
        .containsPattern("inspect +Tells what a model is")
        .containsPattern("fetch +Fetches")
        .contains("Examples:");
    assertThat(panda("models", "fetch", "--help").out().replaceAll("\\s+", " "))
        .contains("HF_TOKEN", "HF_ENDPOINT", "OWNER/NAME", "goes on where it stopped");
    assertThat(panda("models", "inspect", "--help").out()).contains("PREFERENCE", "--json");
  }

  @Test
  void examplesFitALineOfATerminalAndNameTheScript() {
    assertThat(commands(BaseModelCommands.commandLine()))
        .allSatisfy(
            command ->
                assertThat(command.getCommandSpec().usageMessage().footer())
                    .as(command.getCommandSpec().qualifiedName())
                    .allSatisfy(line -> assertThat(line.length()).isLessThan(80))
                    .anySatisfy(line -> assertThat(line).contains("deploy/panda ")));
  }

  /** A command and all its subcommands. */
  private static Stream<CommandLine> commands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(ModelsCommandTest::commands));
  }

  @Test
  void requiresACommandAndAModel() {
    Ran none = panda("models");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err())
        .contains("models: no command was given (expected: list, inspect or fetch)");
    Ran missing = panda("models", "inspect");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err().lines())
        .containsExactly(
            "panda: Missing required parameter: 'MODEL'",
            "Try: deploy/panda models inspect --help");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "models fetch gpt | model: gpt (expected: smollm2, a repository of the hub such as",
        "models fetch ../x/y | model: ../x/y (expected: smollm2",
        "models fetch a/b --sha256 00 | --sha256: given with a/b (expected: only --name, --revision, --file)",
        "models fetch smollm2 --file x | --file: given with smollm2 (expected: only --python)",
        "models fetch https://a.example/m.gguf --revision x | --revision: given with",
        "models fetch https://a.example/m.gguf --sha256 00 | --sha256: 00 (expected: 64 hexadecimal digits)",
        "models inspect x --device tpu | --device: tpu (expected: cpu, cuda or cuda:1 …)",
      })
  void refusesWrongUsage(String command, String message) {
    Ran ran = panda(command.strip().split(" "));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(message, "Try: deploy/panda models ").doesNotContain("\tat ");
  }

  @Test
  void saysWhatToDoIfAFetchFails() {
    Ran page = panda("models", "fetch", "https://huggingface.co/Qwen/Qwen2.5-1.5B");
    assertThat(page.exitCode()).isOne();
    assertThat(page.err().lines())
        .hasSize(2)
        .last()
        .isEqualTo(
            "  A repository of the hub goes by its name, such as Qwen/Qwen2.5-1.5B-Instruct.");
    Ran name = panda("models", "fetch", "https://a.example/m.gguf", "--name", "..");
    assertThat(name.exitCode()).isOne();
    assertThat(name.err()).contains("panda: name: .. (expected: letters", "  Give another with");
  }

  @Test
  void saysWhichThereAreWhenOneIsUnknown() {
    Ran unknown = panda("models", "inspect", "no-such-model");
    assertThat(unknown.exitCode()).isOne();
    assertThat(unknown.err()).contains("model: no-such-model", "panda models list");

    Ran empty = panda("models", "inspect", folder.toString());
    assertThat(empty.exitCode()).isOne();
    assertThat(empty.err()).contains(folder + " holds no checkpoint (expected: a folder with");
  }
}
