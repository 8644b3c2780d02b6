package dev.panda.transformer.checkpoint;

import java.util.Arrays;
import java.util.List;

/** The families of decoders that can be run; their blocks differ as {@link BlockVariant} says. */
public enum Family {
  LLAMA("Llama", "llama", "Llama 2 and 3, SmolLM2, TinyLlama"),
  MISTRAL("Mistral", "mistral", "Mistral 7B"),
  QWEN2("Qwen2", "qwen2", "Qwen2, Qwen2.5"),
  QWEN3("Qwen3", "qwen3", "Qwen3, without experts"),
  GEMMA3("Gemma3", "gemma3_text", "the text part of Gemma 3"),
  PHI3("Phi3", "phi3", "Phi-3, Phi-3.5, Phi-4"),
  SMOLLM3("SmolLM3", "smollm3", "SmolLM3");

  private final String prefix;
  private final String modelType;
  private final String models;

  Family(String prefix, String modelType, String models) {
    this.prefix = prefix;
    this.modelType = modelType;
    this.models = models;
  }

  /**
   * The family of an architecture such as {@code Qwen3ForCausalLM}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Family of(String architecture) {
    for (Family family : values()) {
      if (architecture.startsWith(family.prefix + "For")) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "architecture: %s (expected: one of %s)".formatted(architecture, languageModels()));
  }

  /** Hugging Face's names of all families' language models. */
  static List<String> languageModels() {
    return Arrays.stream(values()).map(Family::languageModel).sorted().toList();
  }

  /** Hugging Face's name of the language model, such as {@code Qwen3ForCausalLM}. */
  public String languageModel() {
    return prefix + "ForCausalLM";
  }

  /** The {@code model_type} of a {@code config.json}. */
  String modelType() {
    return modelType;
  }

  /** Well-known models of this family, for people. */
  public String models() {
    return models;
  }
}
