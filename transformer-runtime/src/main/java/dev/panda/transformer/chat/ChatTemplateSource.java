package dev.panda.transformer.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A chat template as stored on disk.
 *
 * @param text the template, in Jinja
 * @param origin the file that contains it
 * @param specialTokens texts of special tokens, by their names in templates
 * @param fault why there is no usable text; empty if there is
 */
record ChatTemplateSource(
    String text, String origin, Map<String, String> specialTokens, String fault) {

  ChatTemplateSource(String text, String origin, Map<String, String> specialTokens) {
    this(text, origin, specialTokens, "");
  }

  static Optional<ChatTemplateSource> find(Path model) {
    Optional<Gguf> gguf = ModelFiles.gguf(model).map(Gguf::read);
    Map<String, String> tokens = new HashMap<>();
    gguf.ifPresent(file -> tokens.putAll(SpecialTokens.inGguf(file)));
    if (Files.isDirectory(model)) {
      tokens.putAll(SpecialTokens.inDirectory(model));
      Optional<ChatTemplateSource> beside = inDirectory(model, tokens);
      if (beside.isPresent()) {
        return beside;
      }
    }
    return gguf.flatMap(file -> inGguf(file, tokens));
  }

  private static Optional<ChatTemplateSource> inGguf(Gguf gguf, Map<String, String> tokens) {
    String origin = gguf.path() + ": tokenizer.chat_template";
    return gguf.string("tokenizer.chat_template")
        .map(text -> new ChatTemplateSource(text, origin, tokens));
  }

  private static Optional<ChatTemplateSource> inDirectory(
      Path directory, Map<String, String> tokens) {
    Path file = directory.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      return Optional.of(new ChatTemplateSource(ModelFiles.text(file), file.toString(), tokens));
    }
    Path config = directory.resolve("tokenizer_config.json");
    if (!Files.isRegularFile(config)) {
      return Optional.empty();
    }
    String origin = config + ": chat_template";
    JsonNode template = ModelFiles.json(config).path("chat_template");
    if (template.isMissingNode() || template.isNull()) {
      return Optional.empty();
    }
    return Optional.of(
        inConfig(template)
            .map(text -> new ChatTemplateSource(text, origin, tokens))
            .orElseGet(() -> new ChatTemplateSource("", origin, tokens, fault(template))));
  }

  /** Reads a template, or the template named {@code default} from a list of named ones. */
  private static Optional<String> inConfig(JsonNode template) {
    if (template.isTextual()) {
      return Optional.of(template.asText());
    }
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }

  private static String fault(JsonNode template) {
    return template.getNodeType() + " (expected: text, or a list with a template named default)";
  }
}
