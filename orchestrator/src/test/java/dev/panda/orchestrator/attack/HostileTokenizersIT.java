package dev.panda.orchestrator.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.orchestrator.testing.ServiceProcess;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A base-model service on files that would end or stall the tokenizer library. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class HostileTokenizersIT {
  /** Exit codes from here on say that a signal ended the process. */
  private static final int SIGNAL = 128;

  private static final Map<String, Consumer<ObjectNode>> HOSTILE =
      Map.of(
          "5,000 nested groups", HostileTokenizersIT::nestGroups,
          "post-processor with an unknown token", HostileTokenizersIT::nameUnknownToken,
          "normalizer a to 1,000 a, twice", json -> multiply(json, 2),
          "normalizer a to 1,000 a, thrice", json -> multiply(json, 3),
          "200,000 added tokens", HostileTokenizersIT::addTokens);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5,000 nested groups",
        "post-processor with an unknown token",
        "normalizer a to 1,000 a, twice"
      })
  void quick(String hostile) throws Exception {
    assertRefusedByName(hostile);
  }

  @Tag("attack-slow")
  @ParameterizedTest
  @ValueSource(strings = {"normalizer a to 1,000 a, thrice", "200,000 added tokens"})
  void whole(String hostile) throws Exception {
    assertRefusedByName(hostile);
  }

  private void assertRefusedByName(String hostile) throws Exception {
    write(HOSTILE.get(hostile));
    long start = System.nanoTime();
    int port = ServiceProcess.freePort();
    try (ServiceProcess base =
        ServiceProcess.start(
            "base-model-service",
            List.of(
                "quarkus.grpc.server.port=" + port,
                "panda.base-model.model=" + folder,
                "panda.base-model.threads=1",
                "panda.base-model.numerics=float32"))) {
      String text = base.hasListened() ? ", and a text: " + sendText(port).code() : "";
      boolean served = base.hasListened() && base.isRunning();
      if (served) {
        base.terminate();
      }
      int exitCode = base.exitCode();
      Figures.write(
          "hostile tokenizer",
          "%s: %s%s, exit code %d, %.1f s",
          hostile,
          text.isEmpty() ? "refused" : "starts healthy",
          text,
          exitCode,
          (System.nanoTime() - start) / 1e9);
      assertThat(text).as(base.output()).isEmpty();
      assertThat(exitCode).as(base.output()).isBetween(1, SIGNAL - 1);
      assertThat(base.output()).contains("tokenizer.json").doesNotContain("Exception");
    }
  }

  private static Outcome sendText(int port) {
    ManagedChannel client =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      return Call.start(
              client,
              BaseModelServiceGrpc.getTokenizeMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
              TokenizeRequest.newBuilder()
                  .setText("a")
                  .setAddSpecialTokens(true)
                  .build()
                  .toByteArray())
          .join();
    } finally {
      client.shutdownNow();
    }
  }

  private void write(Consumer<ObjectNode> change) throws IOException {
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE).write(folder);
    TinyTokenizer.write(folder);
    ObjectNode json = TinyTokenizer.json();
    change.accept(json);
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
  }

  private static void nestGroups(ObjectNode json) {
    ObjectNode split = json.putObject("pre_tokenizer").put("type", "Split");
    split.putObject("pattern").put("Regex", "(".repeat(5000) + "a" + ")".repeat(5000));
    split.put("behavior", "Isolated").put("invert", false);
  }

  private static void nameUnknownToken(ObjectNode json) {
    ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
    for (String kind : List.of("single", "pair")) {
      ArrayNode pieces = template.putArray(kind);
      pieces.addObject().putObject("SpecialToken").put("id", "<nobody>").put("type_id", 0);
      pieces.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    }
    template.putObject("special_tokens");
  }

  private static void multiply(ObjectNode json, int times) {
    ObjectNode sequence = json.putObject("normalizer").put("type", "Sequence");
    ArrayNode normalizers = sequence.putArray("normalizers");
    for (int i = 0; i < times; i++) {
      ObjectNode replace = normalizers.addObject().put("type", "Replace");
      replace.putObject("pattern").put("String", "a");
      replace.put("content", "a".repeat(1000));
    }
  }

  private static void addTokens(ObjectNode json) {
    ArrayNode added = json.withArray("added_tokens");
    for (int i = 0; i < 200_000; i++) {
      added
          .addObject()
          .put("id", TinyTokenizer.SIZE + i)
          .put("content", "<added " + i + ">")
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", true)
          .put("special", false);
    }
  }
}
