package dev.panda.orchestrator.cli;

import static dev.panda.orchestrator.cli.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.api.generation.v1.ChatMessage;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {

  @TempDir private Path folder;

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
        "benchmark",
        "models"
      })
  void everyCommandExplainsItselfWithExamples(String command) {
    Ran help = panda(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Usage:", "deploy/panda " + command, "Examples:");
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

  /** A command and all below it. */
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
  void aMisspeltOptionIsAnsweredWithTheOnesLikeIt() {
    assertThat(panda("generate", "hello", "--lamda=constant:1").err().lines())
        .containsExactly(
            "panda: Unknown option: '--lamda=constant:1'",
            "Possible solutions: --lambda, --lambda-mode",
            "Try: deploy/panda generate --help");
  }

  @Test
  void aMissingArgumentIsNamed() {
    Ran ran = panda("models", "inspect");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err().lines())
        .containsExactly(
            "panda: Missing required parameter: 'MODEL'",
            "Try: deploy/panda models inspect --help");
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
  void aLambdaAloneAsksForPandaSoThatAPreferenceIsMissed() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      panda("generate", "Why?", "-l", "constant:1", "--endpoint", services.endpoint());
      assertThat(services.requests().get(0).getMethod()).isEqualTo(Method.METHOD_UNSPECIFIED);
    }
  }

  @Test
  void aRewardIsToldWithItsUnit() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      String[] args = {
        "generate", "Why?", "-p", "kind", "-m", "args-greedy", "--endpoint", services.endpoint()
      };
      assertThat(panda(args).err()).contains("reward 0.75 (raw)");
      String[] asked = Arrays.copyOf(args, args.length + 1);
      asked[args.length] = "--reward-unit=normalised";
      assertThat(panda(asked).err()).contains("reward 0.75 (normalised)");
    }
  }

  @Test
  void saysWhatToDoWhereNoOrchestratorAnswers() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Ran ran = panda("generate", "hello", "--endpoint", "127.0.0.1:" + port);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .contains("no orchestrator answers", "deploy/panda up")
        .doesNotContain("\tat ");
  }

  @Test
  void generatePrintsTheTextAndItsFigures() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("generate", "Why?", "-p", "kind=2", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).isEqualToNormalizingNewlines("By default, Why?\n");
      assertThat(ran.err())
          .contains(
              "warning: λ may be too strong.", "5 tokens (end_token)", "reward 0.75 (normalised)");
      GenerateRequest request = services.requests().get(0);
      assertThat(request.getChat().getMessages(0).getContent()).isEqualTo("Why?");
      assertThat(request.getPreferences(0).getWeight()).isEqualTo(2);
    }
  }

  @Test
  void benchmarkRunsItsContendersInTurnAndCountsAllButTheFirstRound() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("benchmark", "--rounds", "2", "-n", "5", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("preference kind", "medians of 2 rounds", "PANDA, not pruned");
      assertThat(services.requests()).hasSize(9);
      assertThat(services.requests().subList(3, 6))
          .isEqualTo(services.requests().subList(0, 3))
          .extracting(GenerateRequest::getMethod)
          .containsExactly(Method.METHOD_GREEDY, Method.METHOD_PANDA, Method.METHOD_PANDA);
      assertThat(services.requests().get(2).getNoPruning()).isTrue();
    }
  }

  @Test
  void benchmarkOfOneRoundHasNoMedian() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran = panda("benchmark", "--rounds", "1", "--endpoint", services.endpoint());
      assertThat(ran.out()).contains("k = 10, one round, milliseconds");
    }
  }

  @Test
  void generateWithoutAPreferenceIsUnaligned() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      assertThat(panda("generate", "Why?", "-q", "--endpoint", services.endpoint()).err())
          .isEmpty();
      assertThat(services.requests().get(0).getMethod()).isEqualTo(Method.METHOD_GREEDY);
    }
  }

  @Test
  void generatePrintsOneJsonObject() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      Ran ran =
          panda("generate", "Why?", "--json", "-p", "kind", "--endpoint", services.endpoint());
      JsonNode object = JsonLines.MAPPER.readTree(ran.out());
      assertThat(object.path("text").asText()).isEqualTo("By default, Why?");
      assertThat(object.path("finish_reason").asText()).isEqualTo("end_token");
      assertThat(object.path("preference_rewards").path("kind").asDouble()).isEqualTo(0.75);
      assertThat(object.path("steps")).hasSize(5);
      assertThat(object.path("steps").get(1).path("lambda").asDouble()).isEqualTo(2);
      assertThat(object.path("steps").get(1).has("kl")).isFalse();
    }
  }

  @Test
  void generateReadsAFileAndRefusesOneThatIsNotUtf8() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      Path file = Files.write(folder.resolve("latin1"), new byte[] {'c', 'a', 'f', (byte) 0xe9});
      Ran ran = panda("generate", "--file", file.toString(), "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("latin1: not UTF-8");
      assertThat(services.requests()).isEmpty();
    }
  }

  @Test
  void aRefusedRequestNamesTheField() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      services.failAfter(0);
      Ran ran = panda("generate", "Why?", "-k", "0", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.err()).contains("the request is not valid", "-k: 0 (expected: 1 to 256)");
    }
  }

  @Test
  void demoShowsFourAnswersSideBySideWithTheirFigures() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      Ran ran = demo(services, "--width", "160");
      assertThat(ran.exitCode()).isZero();
      List<String> lines = ran.out().lines().toList();
      assertThat(lines)
          .anySatisfy(
              line ->
                  assertThat(line)
                      .containsSubsequence(
                          "unaligned", "│", "ARGS: kind", "│", "PANDA: kind", "│", "PANDA: brief"));
      assertThat(ran.out())
          .contains("METHOD_GREEDY", "METHOD_ARGS_GREEDY", "METHOD_PANDA", "kind", "+0.25")
          .contains("brief", "+1.25", "grade");
      assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(160));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 100, 120, 200})
  void demoKeepsWithinTheTerminal(int width) throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      Ran ran = demo(services, "--width", Integer.toString(width));
      assertThat(ran.out().lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    }
  }

  @Test
  void demoNeedsTwoPreferences() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      assertThat(demo(services).err()).contains("preferences served: [kind]", "two or more");
      assertThat(demo(services, "-p", "kind").err()).contains("--preference: kind (expected: two");
      assertThat(demo(services, "-p", "kind", "-p", "nope").err())
          .contains("--preference: nope (expected: kind)");
    }
  }

  @Test
  void demoSaysWhichAnswersAreTheSame() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      assertThat(demo(services, "--width", "200").out())
          .contains("The same answer, chosen in different ways: PANDA: kind; PANDA: brief.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--foo", "--width=3", "--max-tokens=0", "--preference=kind"})
  void demoRefusesOptionsBeforeItAsksAnything(String option) {
    Ran ran = panda("demo", "--check-options", option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(option.split("=", -1)[0], "Try: deploy/panda demo --help");
    assertThat(panda("demo", "--check-options").exitCode()).isZero();
  }

  @Test
  void demoAsksEachPreferencesOwnRewardService() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief");
        FakeServices first = FakeServices.serving("brief");
        FakeServices second = FakeServices.serving("warm", "kind")) {
      String both = "--reward-endpoint=" + first.endpoint() + "," + second.endpoint();
      Ran ran = demoAt(services, "--width=160", both);
      assertThat(ran.err()).isEmpty();
      assertThat(ran.out()).contains("+0.25 kind", "+0.25 brief");
      assertThat(demoAt(services, "--reward-endpoint=" + first.endpoint()).err())
          .contains("preference: kind (expected: brief)", "--reward-endpoint");
    }
  }

  private static Ran demo(FakeServices services, String... options) {
    List<String> all = new ArrayList<>(List.of("--reward-endpoint", services.endpoint()));
    all.addAll(List.of(options));
    return demoAt(services, all.toArray(String[]::new));
  }

  private static Ran demoAt(FakeServices services, String... options) {
    List<String> arguments = new ArrayList<>(List.of("demo", "Why is it so?"));
    for (String option : List.of("--endpoint", "--base-model-endpoint")) {
      arguments.add(option);
      arguments.add(services.endpoint());
    }
    arguments.addAll(List.of(options));
    return panda(arguments.toArray(String[]::new));
  }

  @Test
  void chatRefusesAPreferenceThatIsNotServedBeforeItTalks() throws IOException {
    try (FakeServices services = FakeServices.serving("kind", "brief")) {
      Ran ran = panda("chat", "-p", "nope", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).contains("--preference: nope (expected: kind, brief)");
    }
  }

  @Test
  void chatNamesItsCommandsWhereOneIsUnknown() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      assertThat(chat(services, "/foo bar\n/preference nope\n").out())
          .contains(
              "unknown command /foo (commands: /preference, /lambda, /method, /reset, /help,"
                  + " /quit)",
              "--preference: nope (expected: kind)");
    }
  }

  @Test
  void chatHintsAtResetWhereTheContextIsFull() throws IOException {
    String hint = "/reset forgets the conversation";
    try (FakeServices services = FakeServices.serving()) {
      services.failAfter(1, "prompt: 600 tokens (expected: fewer than the context length, 512)");
      assertThat(chat(services, "Why?\nHow?\n").out()).contains("prompt: 600 tokens", hint);
      services.failAfter(1, "k: 0 (expected: 1 to 256)");
      assertThat(chat(services, "Why?\nHow?\n").out()).contains("-k: 0").doesNotContain(hint);
      services.failAfter(0, "max_tokens: 900 (expected: at most 490, the context length 512 …)");
      assertThat(chat(services, "Why?\n").out()).contains("--max-tokens: 900").doesNotContain(hint);
    }
  }

  private static Ran chat(FakeServices services, String typed) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
      return panda("chat", "--endpoint", services.endpoint());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void chatSendsTheWholeConversationAndObeysItsCommands() throws IOException {
    InputStream before = System.in;
    String typed =
        "Why?\n/preference kind=2\n/lambda constant\nHow?\n/reset\n/help\nWhen?\n/quit\n";
    try (FakeServices services = FakeServices.serving("kind")) {
      System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
      Ran ran = panda("chat", "--system", "Be kind.", "--endpoint", services.endpoint());
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("How?", "(expected: constant:c", "/preference NAME");
      List<GenerateRequest> requests = services.requests();
      assertThat(requests.get(0).getMethod()).isEqualTo(Method.METHOD_GREEDY);
      assertThat(requests.get(1).getPreferences(0).getWeight()).isEqualTo(2);
      assertThat(requests.get(1).getChat().getMessagesList())
          .extracting(ChatMessage::getContent)
          .containsExactly("Be kind.", "Why?", "By METHOD_GREEDY, Why?", "How?");
      assertThat(requests.get(2).getChat().getMessagesList())
          .extracting(ChatMessage::getContent)
          .containsExactly("Be kind.", "When?");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void preferencesAreListedWithTheirStrengths() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      assertThat(panda("preferences", "--endpoint", services.endpoint()).out())
          .contains("model: fake", "kind", "λ 1.5", "More of kind.");
    }
  }

  @Test
  void sampleGoesOnAfterAnInterruptionAsIfThereHadBeenNone() throws IOException {
    Path prompts = prompts("Why?", "How?", "When?");
    Path whole = folder.resolve("whole.jsonl");
    Path resumed = folder.resolve("resumed.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, whole).exitCode()).isZero();
      services.failAfter(4);
      Ran broken = sample(services, prompts, resumed);
      assertThat(broken.exitCode()).isEqualTo(1);
      assertThat(broken.err()).contains("the same command goes on from there");
      services.failAfter(Integer.MAX_VALUE);
      assertThat(sample(services, prompts, resumed).exitCode()).isZero();
    }
    assertThat(Files.readAllLines(whole)).hasSize(6).doesNotHaveDuplicates();
    assertThat(Files.readAllLines(resumed)).isEqualTo(Files.readAllLines(whole));
  }

  @Test
  void sampleRefusesToMixSettings() throws IOException {
    Path prompts = prompts("Why?");
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, answers).exitCode()).isZero();
      Ran other = sample(services, prompts, answers, "--temperature", "0.5");
      assertThat(other.exitCode()).isEqualTo(1);
      assertThat(other.err()).contains("drawn with other settings");
    }
    assertThat(Files.readAllLines(answers)).hasSize(2);
  }

  @Test
  void sampleDrawsWithEachInstructionAndRecordsIt() throws IOException {
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      String[] options = {"--instruction", "Be warm.", "--instruction", ""};
      assertThat(sample(services, prompts("Why?"), answers, options).exitCode()).isZero();
      assertThat(services.requests())
          .extracting(request -> request.getChat().getMessages(0).getContent())
          .containsExactlyInAnyOrder("Why? Be warm.", "Why? Be warm.", "Why?", "Why?");
    }
    List<String> instructions = new ArrayList<>();
    JsonLines.read(
        answers,
        line -> {
          instructions.add(line.text("instruction"));
          assertThat(line.object().path("messages").toString()).doesNotContain("warm");
        });
    assertThat(instructions).containsExactly("Be warm.", "Be warm.", "", "");
  }

  @Test
  void sampleRefusesToMixModels() throws IOException {
    Path prompts = prompts("Why?");
    Path answers = folder.resolve("answers.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      assertThat(sample(services, prompts, answers).exitCode()).isZero();
      services.serveModel("other");
      Ran other = sample(services, prompts, answers);
      assertThat(other.exitCode()).isEqualTo(1);
      assertThat(other.err()).contains("drawn with other settings");
    }
    assertThat(Files.readAllLines(answers)).hasSize(2);
  }

  @Test
  void compareTakesPromptsForWhatVariesAndNotAnswers() throws IOException {
    String answers =
        compared("Why?", 0, "one two three four five six.")
            + compared("Why?", 1, "one two three four five six.")
            + compared("Why?", 2, "one two three four five six.")
            + compared("How?", 0, "one two.");
    Path unaligned = Files.writeString(folder.resolve("unaligned.jsonl"), answers);
    Path other =
        Files.writeString(folder.resolve("other.jsonl"), compared("Why?", 3, "one.") + answers);

    Ran ran = panda("compare", unaligned.toString(), other.toString());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).containsPattern("unaligned.jsonl +4 ");
    assertThat(ran.out()).contains("4 answers to 2 prompts in all files, 1 left out");
  }

  @Test
  void compareTellsAnswersOfSeveralInstructionsApart() throws IOException {
    String plain = compared("Why?", 0, "one two three four.");
    String brief = instructed("Be brief.", compared("Why?", 0, "one two."));
    Path both = Files.writeString(folder.resolve("both.jsonl"), plain + brief);
    Path other = Files.writeString(folder.resolve("other.jsonl"), brief + plain);

    Ran ran = panda("compare", both.toString(), other.toString());

    assertThat(ran.out()).containsPattern("both.jsonl +3 ");
    assertThat(ran.out()).contains("2 answers to 1 prompts in all files, 0 left out");
  }

  @Test
  void compareTakesFilesOfOneInstructionEachWhateverItIs() throws IOException {
    String answer = compared("Why?", 0, "one two.");
    Path plain = Files.writeString(folder.resolve("plain.jsonl"), answer);
    Path brief = Files.writeString(folder.resolve("brief.jsonl"), instructed("Be brief.", answer));

    assertThat(panda("compare", plain.toString(), brief.toString()).out())
        .contains("1 answers to 1 prompts in all files, 0 left out");
  }

  private static String instructed(String instruction, String line) {
    return line.replace("\"response\"", "\"instruction\":\"" + instruction + "\",\"response\"");
  }

  private static String compared(String question, int sample, String response) {
    return ("{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"response\":\"%s\","
            + "\"sample\":%d}\n")
        .formatted(question, response, sample);
  }

  @Test
  void sampleNamesTheLineThatIsMalformed() throws IOException {
    Path prompts = Files.writeString(folder.resolve("p.jsonl"), "{\"messages\": []}\n");
    try (FakeServices services = FakeServices.serving()) {
      Ran ran = sample(services, prompts, folder.resolve("a.jsonl"));
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("p.jsonl:1: messages: []");
    }
  }

  @Test
  void sampleRefusesAFileWithoutPrompts() throws IOException {
    Path answers = folder.resolve("a.jsonl");
    try (FakeServices services = FakeServices.serving()) {
      Ran ran = sample(services, Files.writeString(folder.resolve("p.jsonl"), "\n"), answers);
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("p.jsonl: no prompts (expected: at least one)", "messages");
    }
    assertThat(answers).doesNotExist();
  }

  private Path prompts(String... questions) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String question : questions) {
      lines
          .append("{\"messages\":[{\"role\":\"user\",\"content\":\"")
          .append(question)
          .append("\"}]}\n");
    }
    return Files.writeString(folder.resolve("prompts.jsonl"), lines);
  }

  private static Ran sample(FakeServices services, Path prompts, Path output, String... options) {
    List<String> arguments = new ArrayList<>(List.of("sample", "--samples", "2"));
    arguments.addAll(List.of("--endpoint", services.endpoint()));
    arguments.addAll(List.of("--prompts", prompts.toString(), "--output", output.toString()));
    arguments.addAll(List.of(options));
    return panda(arguments.toArray(String[]::new));
  }
}
