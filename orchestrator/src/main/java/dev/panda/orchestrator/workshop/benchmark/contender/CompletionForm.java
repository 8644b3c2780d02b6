package dev.panda.orchestrator.workshop.benchmark.contender;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a server takes beyond the fields that every completions API has.
 *
 * @param ids whether prompts may be token ids
 * @param extensions whether answers may go on after an end token, and tell their usage
 */
record CompletionForm(boolean ids, boolean extensions) {
  /** All forms, the fullest first. */
  static final List<CompletionForm> ALL =
      List.of(
          new CompletionForm(true, true),
          new CompletionForm(false, true),
          new CompletionForm(true, false),
          new CompletionForm(false, false));

  /** The body of a request. */
  ObjectNode body(String model, Prompt prompt, int maxTokens) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", model)
            .put("max_tokens", maxTokens)
            .put("temperature", 0)
            .put("stream", true);
    if (ids && prompt.ids().isPresent()) {
      ArrayNode tokens = body.putArray("prompt");
      for (int id : prompt.ids().get()) {
        tokens.add(id);
      }
    } else {
      body.put("prompt", prompt.text());
    }
    if (extensions) {
      body.put("ignore_eos", true).putObject("stream_options").put("include_usage", true);
    }
    return body;
  }
}
