package dev.panda.basemodel.testing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyModels;
import dev.panda.transformer.testing.TinyTokenizer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A random model whose tokens are bytes, three special ones before them, made for a test run. */
public final class TinyModel implements QuarkusTestResourceLifecycleManager {
  public static final int VOCABULARY = 259;
  public static final int CONTEXT = 64;
  public static final int HIDDEN = 32;
  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>");
  private Path folder;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("tiny-model");
      write(folder);
      writeRewards(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "panda.base-model.model", folder.toString(),
        "panda.base-model.numerics", "float32",
        "panda.base-model.cache-tokens", "256",
        "panda.base-model.open-timeout", "200ms",
        "panda.base-model.idle-timeout", "5s",
        "panda.base-model.connection-share", "0.75",
        "panda.base-model.max-candidates", "40",
        "panda.base-model.preferences", "*");
  }

  /** The reward models of {@link #writeRewards}, by name. */
  public static final List<String> PREFERENCES = List.of("increment", "last", "mean");

  /** Writes reward models that read both of its blocks. */
  public static void writeRewards(Path folder) {
    String fingerprint = TinyTokenizer.fingerprint(folder);
    writeReward(folder, fingerprint, "increment", TinyModels.clipped(1, Pooling.INCREMENT, -1, 2));
    writeReward(folder, fingerprint, "last", TinyModels.readout(2, Pooling.LAST));
    writeReward(folder, fingerprint, "mean", TinyModels.clipped(1, Pooling.MEAN, -1, 1.5));
  }

  private static void writeReward(Path folder, String fingerprint, String name, Readout readout) {
    RewardModelFolder.write(
        folder.resolve("rewards").resolve(name),
        TinyModels.random(name, fingerprint, readout, HIDDEN));
  }

  /** Writes checkpoint, tokenizer and chat template into a folder. */
  public static void write(Path folder) throws IOException {
    TinyCheckpoint.llama(1).vocabSize(VOCABULARY).hiddenSize(HIDDEN).context(CONTEXT).write(folder);
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer().toString());
    Files.writeString(
        folder.resolve("chat_template.jinja"),
        "{% for message in messages %}{{ message['role'][0] }}:{{ message['content'] }};"
            + "{% endfor %}a:");
  }

  private static ObjectNode tokenizer() {
    ObjectNode tokenizer = new JsonMapper().createObjectNode();
    tokenizer.put("version", "1.0");
    for (int id = 0; id < SPECIAL.size(); id++) {
      tokenizer
          .withArray("added_tokens")
          .addObject()
          .put("id", id)
          .put("content", SPECIAL.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    byteLevel(tokenizer.putObject("pre_tokenizer"));
    byteLevel(tokenizer.putObject("decoder"));
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    SPECIAL.forEach(token -> vocabulary.put(token, vocabulary.size()));
    alphabet().forEach(letter -> vocabulary.put(letter, vocabulary.size()));
    model.putArray("merges");
    return tokenizer;
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  /** A printable letter for each byte: itself where it is printable, else one from 256 on. */
  private static List<String> alphabet() {
    int[] others = {256};
    return Stream.iterate(0, value -> value < 256, value -> value + 1)
        .map(value -> isPrintable(value) ? value : others[0]++)
        .map(Character::toString)
        .toList();
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
  }

  @Override
  public void stop() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
