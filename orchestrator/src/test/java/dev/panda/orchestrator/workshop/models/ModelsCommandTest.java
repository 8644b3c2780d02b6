package dev.panda.orchestrator.workshop.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.orchestrator.workshop.Ran;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
  private static final String CARD =
      """
      {"preference":"brevity","description":"Short.","backbone":"tiny","tokenizer_fingerprint":"0a1b",
       "readout":{"layer":10,"pooling":"mean","clip":{"low":-2.4701121044158936,"high":2.5}},
       "calibration":{"mean":-0.11852250751411132,"standard_deviation":0.4305519129670222},
       "default_strength":1.0,
       "training":{"method":"Bradley-Terry on a frozen backbone",
        "data":{"file":"pairs.jsonl","sha256":"7dad","origin":"made up","licence":"MIT","pairs":1797,
         "prompts":1796,"skipped_lines":0},
        "selection":{"pairs":359,"prompts":358,"penalty":0.03,"refit":true,"searched":[
         {"layer":10,"pooling":"mean","accuracy":0.6392757660167128},
         {"layer":5,"pooling":"last","accuracy":0.5}]},
        "adaptation":null,
        "evaluation":{"file":"test.jsonl","sha256":"7846","pairs":300,"prompts":299,"accuracies":[
         {"percent":100,"head":{"value":0.64,"low":0.5866666666666667,"high":0.6933333333333334},
          "word_count":{"value":0.5583333333333333,"low":0.5,"high":0.614}},
         {"percent":25,"head":{"value":0.6183333333333333,"low":0.5666249999999999,"high":0.67},
          "word_count":{"value":0.565,"low":0.51,"high":0.618}}],
         "calibration_error":0.04491352523312201},
        "backbone_fingerprint":"b179","numerics":"float32","seed":7,"command":"panda train-reward"}}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path model;

  private void write() throws IOException {
    Files.writeString(model.resolve("config.json"), "{\"rms_norm_eps\":1e-05,\"sizes\":[1,2]}");
    Path folder = Files.createDirectories(model.resolve("rewards/brevity"));
    Files.writeString(folder.resolve("reward.json"), CARD);
  }

  @Test
  void inspectTellsWhatAnyoneWouldAskOfARewardModel() throws IOException {
    write();

    Ran ran = Ran.panda("models", "inspect", model.toString());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines().map(String::strip))
        .contains(
            model.resolve("rewards/brevity/reward.json").toString(),
            "tokenizer_fingerprint: 0a1b",
            "backbone_fingerprint: b179",
            "layer: 10",
            "low: -2.47",
            "mean: -0.1185",
            "standard_deviation: 0.4306",
            "sha256: 7dad",
            "licence: MIT",
            "pairs: 1797",
            "prompts: 1796",
            "method: Bradley-Terry on a frozen backbone",
            "calibration_error: 0.04491",
            "seed: 7")
        .noneMatch(line -> line.startsWith("adaptation"));
  }

  @Test
  void inspectSetsListsOfObjectsAsTables() throws IOException {
    write();

    assertThat(Ran.panda("models", "inspect", model.toString()).out())
        .contains(
            """
                  searched
                    layer  pooling  accuracy
                    10     mean     0.6393
                    5      last     0.5
            """)
        .contains(
            """
                  accuracies
                    percent  head                word_count
                    100      0.640 [0.59, 0.69]  0.558 [0.50, 0.61]
                    25       0.618 [0.57, 0.67]  0.565 [0.51, 0.62]
            """);
  }

  @Test
  void inspectGivesTheFilesAsTheyAreAsJson() throws IOException {
    write();

    JsonNode json = JSON.readTree(Ran.panda("models", "inspect", model.toString(), "--json").out());

    assertThat(json.path("config.json").path("rms_norm_eps").asDouble()).isEqualTo(1e-5);
    assertThat(json.path("rewards")).hasSize(1);
    assertThat(json.path("rewards").path(0).path("card")).isEqualTo(JSON.readTree(CARD));
  }

  @Test
  void inspectSaysWhatTheServicesWouldSayOfATokenizer() throws IOException {
    write();
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(tokenizer, "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{}}}");

    for (Ran ran :
        List.of(
            Ran.panda("models", "inspect", model.toString()),
            Ran.panda("models", "inspect", model.toString(), "--json"))) {
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.out()).contains("rms_norm_eps");
      assertThat(ran.err())
          .contains(tokenizer + ": model.type: WordPiece (expected: one of BPE, Unigram)");
    }
  }

  @Test
  void inspectTellsOfOneRewardModelAlone() throws IOException {
    write();

    assertThat(Ran.panda("models", "inspect", model.toString(), "brevity").out())
        .contains("tokenizer_fingerprint: 0a1b")
        .doesNotContain("rms_norm_eps");
    assertThat(
            JSON.readTree(
                Ran.panda("models", "inspect", model.toString(), "brevity", "--json").out()))
        .isEqualTo(JSON.readTree(CARD));
    Ran unknown = Ran.panda("models", "inspect", model.toString(), "wit");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("preference: wit (expected: one of [brevity])");
  }

  @Test
  void inspectNamesAFileThatIsDamaged() throws IOException {
    write();
    Path card = model.resolve("rewards/brevity/reward.json");
    Files.writeString(card, "{\"preference\":");

    Ran ran = Ran.panda("models", "inspect", model.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains(card.toString(), "damaged").doesNotContain("\tat ");
  }

  @Test
  void inspectSaysWhyAModelCannotBeServed() throws IOException {
    ObjectNode config = TinyCheckpoint.llama(1).config();
    TinyCheckpoint.llama(1).write(model);
    assertThat(Ran.panda("models", "inspect", model.toString()).out())
        .contains("vocab_size: 64")
        .doesNotContain("cannot be served");

    config.putObject("rope_scaling").put("type", "yarn").put("factor", 1e308);
    Files.writeString(model.resolve("config.json"), config.toString());
    Ran ran = Ran.panda("models", "inspect", model.toString());
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains(
            "This model cannot be served: %s: factor: 1.0E308 (expected: 1 to 1000000)"
                .formatted(model.resolve("config.json")));
  }

  @Test
  void inspectRefusesAFolderWithoutACheckpoint() {
    Ran ran = Ran.panda("models", "inspect", model.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains(model + " holds no checkpoint (expected: a folder with");
  }

  @Test
  void saysWhichThereAreWhenOneIsUnknown() {
    Ran ran = Ran.panda("models", "inspect", "no-such-model");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("model: no-such-model", "panda models list");
    assertThat(Ran.panda("models", "fetch", "gpt").err())
        .contains("model: gpt (expected: smollm2)");
  }
}
