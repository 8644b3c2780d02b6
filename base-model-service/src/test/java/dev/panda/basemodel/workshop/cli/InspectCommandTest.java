package dev.panda.basemodel.workshop.cli;

import static dev.panda.basemodel.workshop.cli.Ran.panda;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
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
         {"percent":25,"head":{"value":0.6183333333333333,"low":0.5666249999999999,"high":0.67},
          "word_count":{"value":0.565,"low":0.51,"high":0.618}},
         {"percent":100,"head":{"value":0.64,"low":0.5866666666666667,"high":0.6933333333333334},
          "word_count":{"value":0.5583333333333333,"low":0.5,"high":0.614}}],
         "calibration_error":0.04491352523312201},
        "backbone_fingerprint":"b179","numerics":"float32","seed":7,"command":"panda train-reward"}}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path model;

  /** A model of {@value TinyTokenizer#SIZE} tokens that can be served. */
  private void write() {
    TinyTokenizer.write(model);
    TinyCheckpoint.qwen2(1).vocabSize(TinyTokenizer.SIZE).tied(true).write(model);
  }

  private Path writeCard(String name, String card) throws IOException {
    Path folder = Files.createDirectories(model.resolve("rewards").resolve(name));
    return Files.writeString(folder.resolve("reward.json"), card);
  }

  private Ran inspect(String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "models";
    arguments[1] = "inspect";
    arguments[2] = model.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return panda(arguments);
  }

  @Test
  void tellsWhatAModelIs() {
    write();

    Ran ran = inspect();

    assertThat(ran.exitCode()).as(ran.out()).isZero();
    assertThat(ran.out().lines())
        .contains(
            "Architecture  Qwen2ForCausalLM: Qwen2, Qwen2.5",
            "Layers        2 of width 32, feed-forward 48",
            "Attention     4 heads of 8, 2 for keys and values",
            "Vocabulary    286 tokens, head tied to the embedding",
            "Context       256 tokens",
            "Tokenizer     byte-level BPE, 286 tokens, from tokenizer.json",
            "Chat template tokenizer_config.json: chat_template, usable",
            "No reward models. `deploy/panda train-reward` makes one.")
        .allSatisfy(
            line -> {
              if (!line.contains(model.toString())) {
                assertThat(line.length()).isLessThanOrEqualTo(80);
              }
            });
    assertThat(ran.out())
        .containsPattern("Model +" + model.getFileName() + " \\(safetensors, .* kB\\)")
        .containsPattern("Parameters +24,8\\d\\d\n")
        .containsPattern("Weights +F32 +\\d+ tensors +\\d+.\\d kB\n")
        .containsPattern("End tokens +1 <\\|im_end\\|>, 2 \\\\u0000\n")
        .containsPattern("float32 +\\d+.\\d kB +256.0 kB\n")
        .doesNotContain("cannot be served");
  }

  @Test
  void tellsTheSameAsJson() throws IOException {
    write();
    writeCard("brevity", CARD);

    JsonNode json = JSON.readTree(inspect("--json").out());

    assertThat(json.path("architecture").asText()).isEqualTo("Qwen2ForCausalLM");
    assertThat(json.path("tie_word_embeddings").asBoolean()).isTrue();
    long weights = 0;
    for (JsonNode type : json.path("weights")) {
      assertThat(type.path("type").asText()).isEqualTo("F32");
      weights += type.path("bytes").asLong();
    }
    assertThat(weights).isEqualTo(4 * json.path("parameters").asLong());
    assertThat(json.path("memory").path(0).path("numerics").asText()).isEqualTo("float32");
    assertThat(json.path("memory").path(0).path("weight_bytes").asLong()).isEqualTo(weights);
    assertThat(json.path("memory").path(0).path("cache_bytes_per_1000_tokens").asLong())
        .isEqualTo(2L * 2 * 2 * 8 * 1000 * 4);
    assertThat(json.path("end_tokens").findValuesAsText("text")).contains(TinyTokenizer.END);
    assertThat(json.path("chat_template").path("usable").asBoolean()).isTrue();
    assertThat(json.path("rewards")).hasSize(1);
    assertThat(json.path("rewards").path(0).path("card")).isEqualTo(JSON.readTree(CARD));
    assertThat(json.path("refusals")).isEmpty();
  }

  @Test
  void onAGpuTellsTheFormatsThatItHas() throws IOException {
    write();

    JsonNode memory = JSON.readTree(inspect("--json", "--device", "cuda").out()).path("memory");

    for (JsonNode format : memory) {
      boolean integers = format.path("numerics").asText().startsWith("int");
      assertThat(format.path("refusal").asText())
          .isEqualTo(
              integers
                  ? "numerics: %s (expected: float32, bfloat16 or float16 on a GPU)"
                      .formatted(format.path("numerics").asText())
                  : "");
    }
    assertThat(inspect("--device", "cuda").out())
        .contains("int4          not here: (expected: float32, bfloat16 or float16 on a GPU)");
  }

  @Test
  void tellsWhichFormatAModelCannotHave() {
    TinyTokenizer.write(model);
    TinyCheckpoint.llama(1)
        .vocabSize(TinyTokenizer.SIZE)
        .hiddenSize(40)
        .heads(5, 5, 8)
        .write(model);

    Ran ran = inspect();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("int4          not here: (expected: ");
  }

  @Test
  void listsRewardModels() throws IOException {
    write();
    writeCard("brevity", CARD);
    writeCard(
        "brevity-judge",
        "{\"readout\":{\"layer\":4},\"training\":{\"counterpart\":{\"role\":\"judge\",\"preference\":\"brevity\"}}}");
    writeCard("own", "{\"method\":\"low-rank\"}");
    Path damaged = writeCard("torn", "{\"preference\":");

    Ran ran = inspect();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains(
            """
            Reward model   role                layer  accuracy
            brevity        guide                  10  0.640 [0.59, 0.69]
            brevity-judge  judge of brevity        4  –
            own            guide, own weights      –  –
            torn           guide                   –  –
            """)
        .contains(damaged + ": cannot be read:");
  }

  @Test
  void printsTheCardOfOneRewardModel() throws IOException {
    write();
    Path card = writeCard("brevity", CARD);

    Ran ran = inspect("brevity");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines().map(String::strip))
        .contains(
            card.toString(),
            "tokenizer_fingerprint: 0a1b",
            "backbone_fingerprint: b179",
            "low: -2.47",
            "standard_deviation: 0.4306",
            "licence: MIT",
            "calibration_error: 0.04491")
        .noneMatch(line -> line.startsWith("adaptation"));
    assertThat(ran.out())
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
                    25       0.618 [0.57, 0.67]  0.565 [0.51, 0.62]
                    100      0.640 [0.59, 0.69]  0.558 [0.50, 0.61]
            """)
        .doesNotContain("Architecture");
    assertThat(JSON.readTree(inspect("brevity", "--json").out())).isEqualTo(JSON.readTree(CARD));
    Ran unknown = inspect("wit");
    assertThat(unknown.exitCode()).isOne();
    assertThat(unknown.err()).contains("preference: wit (expected: one of [brevity])");
  }

  @Test
  void namesACardThatIsDamaged() throws IOException {
    write();
    Path card = writeCard("brevity", "{\"preference\":");

    Ran ran = inspect("brevity");

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.err()).contains(card.toString()).doesNotContain("\tat ");
  }

  @Test
  void saysWhyAModelCannotBeServedAndWhatItCouldRead() throws IOException {
    write();
    writeCard("brevity", CARD);
    ObjectNode config = TinyCheckpoint.qwen2(1).vocabSize(TinyTokenizer.SIZE).config();
    config.putArray("architectures").add("MambaForCausalLM");
    Files.writeString(model.resolve("config.json"), config.toString());

    Ran ran = inspect();

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains(
            "This model cannot be served: " + model.resolve("config.json"),
            "architectures: [MambaForCausalLM] (expected: one of [Gemma3ForCausalLM, ",
            "Tokenizer byte-level BPE",
            "brevity guide 10 0.640")
        .doesNotContain("Memory");
    assertThat(JSON.readTree(inspect("--json").out()).path("refusals")).hasSize(1);
  }

  @Test
  void saysWhatTheServicesWouldSayOfATokenizer() throws IOException {
    write();
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(tokenizer, "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{}}}");

    Ran ran = inspect();

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains(tokenizer + ": model.type: WordPiece (expected: one of BPE, Unigram)")
        .contains("Architecture Qwen2ForCausalLM");
  }

  @Test
  void refusesATokenizerThatIsLargerThanTheEmbedding() {
    TinyTokenizer.write(model);
    TinyCheckpoint.llama(1).vocabSize(TinyTokenizer.SIZE - 1).write(model);

    Ran ran = inspect();

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains("tokenizer with 286 tokens (expected: at most the model's 285")
        .contains("Tokenizer byte-level BPE, 286 tokens");
  }

  @Test
  void saysThatAnotherKindOfModelIsNoBaseModel() {
    TinyTokenizer.write(model);
    TinyCheckpoint.llama(1).vocabSize(TinyTokenizer.SIZE).labels(1).write(model);

    Ran ran = inspect();

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains("architecture: LlamaForSequenceClassification (expected: one that ends in");
  }

  @Test
  void aTypeThatIsNotSupportedIsNamed() throws IOException {
    write();
    Path weights = model.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      byte[] header = new byte[(int) Long.reverseBytes(file.readLong())];
      file.readFully(header);
      String text = new String(header, StandardCharsets.UTF_8);
      file.seek(8);
      file.writeBytes(text.replaceFirst("\"F32\"", "\"I32\""));
    }

    Ran ran = inspect();

    assertThat(ran.exitCode()).isOne();
    assertThat(ran.out())
        .containsPattern("I32 +1 tensor +not supported")
        .containsPattern("F32 +\\d+ tensors");
    assertThat(ran.out().replaceAll("\\s+", " "))
        .contains("type I32 (expected: one of [F32, F16, BF16];");
  }

  @Test
  void aTemplateThatIsNotUsableIsNoRefusal() throws IOException {
    write();
    Files.writeString(model.resolve("chat_template.jinja"), "{% for x in %}");

    Ran ran = inspect();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("Chat template chat_template.jinja; not usable: line 1: ");
    Files.delete(model.resolve("chat_template.jinja"));
    Files.delete(model.resolve("tokenizer_config.json"));
    assertThat(inspect().out()).contains("Chat template none; the model completes text");
  }

  @Test
  void readsHeadersAlone() throws IOException {
    write();
    List<String> whole = inspect().out().lines().toList();
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int start = 8 + (int) Long.reverseBytes(ByteBuffer.wrap(bytes).getLong());
    Arrays.fill(bytes, start, bytes.length, (byte) 0xff); // NaN
    Files.write(weights, bytes);

    assertThat(inspect().out().lines().toList()).isEqualTo(whole);
  }
}
