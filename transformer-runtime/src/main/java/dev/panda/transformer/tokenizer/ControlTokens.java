package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.chat.RenderedChat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the control tokens of a rendered conversation: those that the template wrote, and not those
 * that a message holds. As in the library, the first token that matches counts, and the longest of
 * those that begin at one place.
 */
final class ControlTokens {

  /**
   * A control token that the template wrote.
   *
   * @param start index of its first UTF-16 unit in the text
   */
  record Found(int start, String token) {
    int end() {
      return start + token.length();
    }
  }

  /**
   * What the template wrote.
   *
   * @param forged whether contents hold a control token, in whole or in part
   */
  record Reading(List<Found> genuine, boolean forged) {}

  /** Tokens that match before the text is normalised, longest first, by their first unit. */
  private final Map<Character, List<String>> tokens = new HashMap<>();

  private final Set<String> controls;
  private final boolean folded;

  private ControlTokens(Set<String> controls, Set<String> others, boolean folded) {
    this.controls = Set.copyOf(controls);
    this.folded = folded;
    List<String> all = new ArrayList<>(others);
    all.addAll(controls);
    all.sort((one, other) -> other.length() - one.length());
    for (String token : all) {
      tokens.computeIfAbsent(token.charAt(0), first -> new ArrayList<>()).add(token);
    }
  }

  /**
   * Reads which tokens control a model: special tokens, and those that end a response.
   *
   * @param whole a tokenizer within its bounds
   */
  static ControlTokens of(Part whole, Set<Integer> endTokens) {
    Set<String> controls = new LinkedHashSet<>();
    Set<String> others = new LinkedHashSet<>();
    boolean normalized = false;
    for (JsonNode added : whole.at("added_tokens").node()) {
      String content = added.path("content").asText();
      if (isControl(added, endTokens)) {
        controls.add(content);
        normalized |= added.path("normalized").asBoolean();
      } else if (!added.path("normalized").asBoolean()) {
        others.add(content);
      }
    }
    boolean folds =
        NormalizerRules.steps(whole.at("normalizer")).stream()
            .anyMatch(step -> !NormalizerRules.onlyMarksSpaces(step));
    return new ControlTokens(controls, others, normalized && folds);
  }

  static boolean isControl(JsonNode added, Set<Integer> endTokens) {
    return added.path("special").asBoolean() || endTokens.contains(added.path("id").asInt());
  }

  /** Each control token, with the name that the guarded tokenizer knows it by. */
  Map<String, String> names(String secret) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String control : controls) {
      names.put(control, "\uE000" + secret + "\uE001" + names.size() + "\uE000");
    }
    return names;
  }

  Reading read(RenderedChat chat) {
    String text = chat.text();
    List<Found> genuine = new ArrayList<>();
    boolean forged = folded && !chat.contents().isEmpty();
    int span = 0;
    for (int at = 0; at < text.length(); ) {
      while (span < chat.contents().size() && chat.contents().get(span).end() <= at) {
        span++;
      }
      int contentFrom =
          span < chat.contents().size() ? chat.contents().get(span).start() : text.length();
      int next = at + 1;
      for (String token : tokens.getOrDefault(text.charAt(at), List.of())) {
        if (!text.startsWith(token, at)) {
          continue;
        }
        boolean control = controls.contains(token);
        if (control && contentFrom < at + token.length()) {
          forged = true;
          continue;
        }
        if (control) {
          genuine.add(new Found(at, token));
        }
        next = at + token.length();
        break;
      }
      at = next;
    }
    return new Reading(genuine, forged);
  }
}
