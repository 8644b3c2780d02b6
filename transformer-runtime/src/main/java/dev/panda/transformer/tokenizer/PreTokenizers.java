package dev.panda.transformer.tokenizer;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ways in which byte-level tokenizers split a text before they merge, by their names in GGUF
 * files ({@code tokenizer.ggml.pre}). Many names stand for one way: llama.cpp gives each tokenizer
 * that it meets a name of its own.
 */
final class PreTokenizers {
  private static final Map<String, Style> STYLES = new TreeMap<>();

  static {
    add(Style.of(Splits.DEFAULT), "default");
    add(Style.of(Splits.GPT2), "gpt-2", "phi-2", "a.x-4.0", "exaone4", "gigachat", "mellum");
    add(Style.of(Splits.GPT2), "jais", "trillion", "granite-docling");
    add(Style.of(Splits.GPT2).composing(), "mpt", "olmo");
    add(Style.of(Splits.DIGITS_THEN_GPT2), "smollm", "starcoder", "refact", "codeshell");
    add(Style.of(Splits.DIGITS_THEN_GPT2), "exaone", "minerva-7b", "mellum2");
    add(Style.of(Splits.DIGITS_THEN_GPT2).composing(), "command-r");
    add(Style.of(Splits.QWEN2).composing(), "qwen2", "deepseek-r1-qwen", "megrez", "f2llmv2");
    add(Style.of(Splits.QWEN2), "stablelm2", "kormo", "hunyuan", "solar-open", "grok-2");
    add(Style.of(Splits.QWEN35).composing(), "qwen35");
    add(Style.of(Splits.LLAMA3).whole(), "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1");
    add(Style.of(Splits.LLAMA3).whole(), "pixtral", "midm-2.0", "lfm2");
    add(Style.of(Splits.LLAMA3), "dbrx", "smaug-bpe", "glm4", "chatglm-bpe");
    add(Style.of(Splits.TEKKEN).whole(), "tekken");
    add(Style.of(Splits.GPT4O), "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2");
    add(Style.of(Splits.SEED_CODER), "seed-coder");
    add(Style.of(Splits.DEEPSEEK_LLM), "deepseek-llm");
    add(Style.of(Splits.DEEPSEEK_CODER), "deepseek-coder");
    add(Style.of(Splits.DEEPSEEK3), "deepseek-v3", "hunyuan-dense", "joyai-llm");
    add(Style.of(Splits.BLOOM), "bloom", "poro-chat", "gpt3-finnish");
    add(Style.of(Splits.BLOOM_THEN_DIGITS), "viking");
  }

  /**
   * @param patterns applied in order
   * @param wholeWords whether a piece that is itself a token is taken without merging
   * @param beginsTexts whether a begin token precedes a text if the file does not say so
   * @param composes whether texts are normalised to Unicode NFC first
   */
  record Style(List<String> patterns, boolean wholeWords, boolean beginsTexts, boolean composes) {

    static Style of(List<String> patterns) {
      return new Style(patterns, false, false, false);
    }

    /** As in Llama 3: whole words are taken, and texts begin with a token. */
    Style whole() {
      return new Style(patterns, true, true, composes);
    }

    Style composing() {
      return new Style(patterns, wholeWords, beginsTexts, true);
    }

    ObjectNode json() {
      List<ObjectNode> steps = new ArrayList<>();
      for (String pattern : patterns) {
        ObjectNode split = GgufTokenizerJson.step("Split");
        split.putObject("pattern").put("Regex", pattern);
        steps.add(split.put("behavior", "Isolated").put("invert", false));
      }
      steps.add(
          GgufTokenizerJson.step("ByteLevel")
              .put("add_prefix_space", false)
              .put("trim_offsets", true)
              .put("use_regex", false));
      return GgufTokenizerJson.sequence("pretokenizers", steps.toArray(new ObjectNode[0]));
    }
  }

  private PreTokenizers() {}

  private static void add(Style style, String... names) {
    for (String name : names) {
      STYLES.put(name, style);
    }
  }

  static Optional<Style> find(String name) {
    return Optional.ofNullable(STYLES.get(name));
  }

  static boolean beginsTexts(String name) {
    return find(name).map(Style::beginsTexts).orElse(false);
  }

  /** The known names, for error messages. */
  static String names() {
    return STYLES.keySet().stream().collect(joining(", "));
  }
}
