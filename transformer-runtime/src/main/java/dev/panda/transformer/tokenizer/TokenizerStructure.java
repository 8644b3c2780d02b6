package dev.panda.transformer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Refuses what the Hugging Face library would answer by ending the process, by never coming back,
 * or by filling the memory. It knows every component that may stand in a {@code tokenizer.json} and
 * bounds what each of them costs; everything else is refused by name.
 */
final class TokenizerStructure {
  private static final int MOST_COMPONENTS = 32;
  private static final int DEEPEST = 4;

  private TokenizerStructure() {}

  /**
   * @param source prefix of error messages
   * @throws dev.panda.transformer.checkpoint.CheckpointException if something is out of its bounds
   */
  static void check(JsonNode tokenizerJson, String source) {
    Part whole = Part.whole(tokenizerJson, source);
    ModelRules.check(whole.at("model"));
    NormalizerRules.check(whole.at("normalizer"));
    AddedTokenRules.check(whole);
    PreTokenizerRules.check(whole.at("pre_tokenizer"));
    PostProcessorRules.check(whole);
    DecoderRules.check(whole.at("decoder"));
  }

  /** The components of a sequence in their order, sequences in sequences included. */
  static List<Part> components(Part component, String listName) {
    List<Part> found = new ArrayList<>();
    collect(component, listName, 0, found);
    return found;
  }

  private static void collect(Part component, String listName, int depth, List<Part> found) {
    if (component.isAbsent()) {
      return;
    }
    if (depth > DEEPEST) {
      throw component.refused("a sequence in " + depth + " sequences", "at most " + DEEPEST);
    }
    if (!type(component).equals("Sequence")) {
      found.add(component);
      return;
    }
    for (Part part : component.at(listName).list(MOST_COMPONENTS)) {
      collect(part, listName, depth + 1, found);
    }
    if (found.size() > MOST_COMPONENTS) {
      throw component.refused(found.size() + " components", "at most " + MOST_COMPONENTS);
    }
  }

  static String type(Part component) {
    return component.at("type").text();
  }

  /** Refuses a component that this package does not know. */
  static void requireKnown(Part component, Set<String> known) {
    if (!known.contains(type(component))) {
      throw component
          .at("type")
          .refused(
              type(component), "one of " + String.join(", ", known.stream().sorted().toList()));
    }
  }

  /**
   * Checks the pattern of a component, a text or a regular expression.
   *
   * @return the length of the shortest match, in bytes
   */
  static int checkPattern(Part pattern) {
    Part regex = pattern.at("Regex");
    if (regex.isAbsent()) {
      String text = pattern.at("String").text(64);
      if (text.isEmpty()) {
        throw pattern.at("String").refused("at least one character");
      }
      return text.getBytes(UTF_8).length;
    }
    BoundedPattern.check(regex);
    return 1;
  }
}
