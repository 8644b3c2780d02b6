package dev.panda.transformer.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelFiles;
import dev.panda.transformer.checkpoint.gguf.Gguf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A chat template as stored on disk.
 *
 * @param text the template, in Jinja
 * @param origin the file that contains it
 * @param beginToken text of the token that begins a text
 * @param endToken text of the token that ends a text
 */
record ChatTemplateSource(
    String text, String origin, Optional<String> beginToken, Optional<String> endToken) {

  static Optional<ChatTemplateSource> find(Path model) {
    Optional<Path> gguf = ModelFiles.gguf(model);
    return gguf.isPresent() ? inGguf(Gguf.read(gguf.get())) : inDirectory(model);
  }

  private static Optional<ChatTemplateSource> inGguf(Gguf gguf) {
    return gguf.string("tokenizer.chat_template")
        .map(
            text ->
                new ChatTemplateSource(
                    text,
                    gguf.path() + ": tokenizer.chat_template",
                    ggufToken(gguf, "tokenizer.ggml.bos_token_id"),
                    ggufToken(gguf, "tokenizer.ggml.eos_token_id")));
  }

  private static Optional<String> ggufToken(Gguf gguf, String key) {
    OptionalLong id = gguf.integer(key);
    List<String> tokens = gguf.strings("tokenizer.ggml.tokens").orElse(List.of());
    return id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < tokens.size()
        ? Optional.of(tokens.get((int) id.getAsLong()))
        : Optional.empty();
  }

  private static Optional<ChatTemplateSource> inDirectory(Path directory) {
    Path configFile = directory.resolve("tokenizer_config.json");
    JsonNode config =
        Files.isRegularFile(configFile) ? ModelFiles.json(configFile) : MissingNode.getInstance();
    Optional<String> begin = token(config.path("bos_token"));
    Optional<String> end = token(config.path("eos_token"));
    Path templateFile = directory.resolve("chat_template.jinja");
    if (Files.isRegularFile(templateFile)) {
      String text = ModelFiles.text(templateFile);
      return Optional.of(new ChatTemplateSource(text, templateFile.toString(), begin, end));
    }
    String origin = configFile + ": chat_template";
    return inConfig(config.path("chat_template"), origin)
        .map(text -> new ChatTemplateSource(text, origin, begin, end));
  }

  /** Reads a template, or the template named {@code default} from a list of named ones. */
  private static Optional<String> inConfig(JsonNode template, String origin) {
    if (template.isMissingNode() || template.isNull()) {
      return Optional.empty();
    }
    if (template.isTextual()) {
      return Optional.of(template.asText());
    }
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return Optional.of(named.path("template").asText());
      }
    }
    throw new CheckpointException(
        origin
            + ": "
            + template.getNodeType()
            + " (expected: text, or a list with a template named default)");
  }

  private static Optional<String> token(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? Optional.of(text.asText()) : Optional.empty();
  }
}
