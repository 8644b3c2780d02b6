package dev.panda.orchestrator.workshop.ask;

import static dev.panda.orchestrator.workshop.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import dev.panda.orchestrator.testing.FakeServices;
import dev.panda.orchestrator.workshop.Ran;
import dev.panda.orchestrator.workshop.answers.JsonLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
  @TempDir private Path folder;

  @Test
  void aLambdaWithoutAPreferenceAsksForPanda() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      panda("generate", "Why?", "-l", "constant:1", "--endpoint", services.endpoint());
      assertThat(services.requests().get(0).getMethod()).isEqualTo(Method.METHOD_UNSPECIFIED);
    }
  }

  @Test
  void aRewardIsShownWithItsUnit() throws IOException {
    try (FakeServices services = FakeServices.serving("kind")) {
      String[] args = {
        "generate",
        "Why?",
        "-p",
        "kind",
        "--method",
        "args-greedy",
        "--endpoint",
        services.endpoint()
      };
      assertThat(panda(args).err()).contains("reward +0.75 (raw)");
      String[] asked = Arrays.copyOf(args, args.length + 1);
      asked[args.length] = "--reward-unit=normalised";
      assertThat(panda(asked).err()).contains("reward +0.75 · ");
    }
  }

  @Test
  void saysWhatToDoIfNoOrchestratorAnswers() throws IOException {
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
              "warning: λ may be too strong.",
              "5 tokens, ended by itself · reward +0.75 · ",
              "repetition ");
      GenerateRequest request = services.requests().get(0);
      assertThat(request.getChat().getMessages(0).getContent()).isEqualTo("Why?");
      assertThat(request.getPreferences(0).getWeight()).isEqualTo(2);
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
  void aByteOrderMarkIsNoPartOfThePrompt() throws IOException {
    try (FakeServices services = FakeServices.serving()) {
      Path file = Files.writeString(folder.resolve("marked"), "\uFEFFWhy?");
      panda("generate", "--raw", "--file", file.toString(), "--endpoint", services.endpoint());
      assertThat(services.requests()).extracting(GenerateRequest::getText).containsExactly("Why?");
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
  void refusesAPromptWithoutQuotesAndAFolderInPlaceOfAFile() {
    Ran unquoted = panda("generate", "Why", "is", "it", "so?", "-p", "kind");
    assertThat(unquoted.exitCode()).isEqualTo(2);
    assertThat(unquoted.err())
        .contains(
            "prompt: 4 words without quotes (expected: one argument, like \"Why is it so?\")");
    Ran directory = panda("generate", "--file", folder.toString());
    assertThat(directory.exitCode()).isEqualTo(2);
    assertThat(directory.err()).contains(folder + " is a folder (expected: a text file");
  }

  @Test
  void theLetterOfTheModelDoesNotNameAMethod() {
    Ran ran = panda("generate", "Why?", "-m", "greedy");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("'-m'", "greedy (expected: --method greedy; ");
  }

  @Test
  void aServerOfHttpIsNoOrchestrator() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.start();
    try {
      Ran ran = panda("generate", "Why?", "--endpoint", "127.0.0.1:" + http.getAddress().getPort());
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err())
          .contains("answers in HTTP, not in gRPC", "127.0.0.1:9000")
          .doesNotContain("deploy/panda up", "0x");
    } finally {
      http.stop(0);
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
}
