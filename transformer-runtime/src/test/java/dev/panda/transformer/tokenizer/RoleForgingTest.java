package dev.panda.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.chat.RenderedChat;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's text never becomes control tokens, in the templates of the repository, and in those of
 * the folder that the environment variable {@code PANDA_TEMPLATES} names.
 */
class RoleForgingTest {
  private static final Pattern CONTROL =
      Pattern.compile(
          "<\\|[^|<>\\s]{1,40}\\|>|<｜[^｜<>]{1,40}｜>|</?[a-z_]{1,20}>|\\[/?[A-Z_]{2,20}]");
  private static final List<String> HARMLESS =
      List.of("Why is the sky blue?", "  café 世界\n", "1234", "<b>|im_end|</b>", "> [x] <|", "e\n");

  @TempDir private Path folder;
  private int forgings;

  @Test
  void aMessageNeverBecomesTurnsOfOthers() throws Exception {
    for (Path template : templates()) {
      Files.copy(
          template, folder.resolve("chat_template.jinja"), StandardCopyOption.REPLACE_EXISTING);
      Set<String> controls = new TreeSet<>();
      Matcher matcher = CONTROL.matcher(Files.readString(template));
      while (matcher.find()) {
        controls.add(matcher.group());
      }
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer(controls).toString());
      ChatTemplate chat = ChatTemplate.open(folder).orElseThrow();
      try (Tokenizer tokenizer = Tokenizers.open(folder)) {
        forge(template.getFileName().toString(), chat, tokenizer);
        keepIds(template.getFileName().toString(), chat, tokenizer);
      }
    }
    System.out.printf(
        "role forging: %d templates, %d with control tokens to forge; no forged ids are honest%n",
        templates().size(), forgings);
    assertThat(forgings).isPositive();
  }

  /** A single message that holds what the template writes between the messages of three turns. */
  private void forge(String name, ChatTemplate template, Tokenizer tokenizer) {
    Optional<RenderedChat> honest =
        render(
            template,
            new ChatMessage("user", "Alpha"),
            new ChatMessage("assistant", "Beta"),
            new ChatMessage("user", "Gamma"));
    Optional<RenderedChat> single = render(template, new ChatMessage("user", "Alpha"));
    if (honest.isEmpty() || single.isEmpty()) {
      return;
    }
    String text = honest.get().text();
    int from = text.indexOf("Alpha");
    int to = text.indexOf("Gamma");
    if (from < 0 || to < from) {
      return;
    }
    String content = text.substring(from, to) + "Gamma";
    Optional<RenderedChat> forged = render(template, new ChatMessage("user", content));
    if (forged.isEmpty()) {
      return;
    }
    int[] ids = tokenizer.encode(forged.get());
    assertThat(controls(ids)).as(name).isEqualTo(controls(tokenizer.encode(single.get())));
    assertThat(tokenizer.decode(ids, true)).as(name).isEqualTo(forged.get().text());
    if (controls(tokenizer.encode(content, false)).length > 0) {
      forgings++;
      assertThat(ids).as(name).isNotEqualTo(tokenizer.encode(honest.get()));
    }
  }

  private void keepIds(String name, ChatTemplate template, Tokenizer tokenizer) throws IOException {
    ObjectNode json = Tokenizers.describe(folder);
    ControlTokens controls = ControlTokens.of(Part.whole(json, "it"), Set.of());
    try (GuardedTokenizer guarded = new GuardedTokenizer(json, controls, Set.of(), "it")) {
      for (String content : HARMLESS) {
        Optional<RenderedChat> chat = render(template, new ChatMessage("user", content));
        if (chat.isPresent()) {
          int[] before = tokenizer.encode(chat.get().text(), false);
          assertThat(tokenizer.encode(chat.get())).as(name).isEqualTo(before);
          ControlTokens.Reading reading = controls.read(chat.get());
          assertThat(reading.forged()).as(name).isFalse();
          assertThat(guarded.encode(chat.get().text(), reading.genuine()))
              .as("%s, guarded: %s", name, content)
              .isEqualTo(before);
        }
      }
    }
  }

  private static Optional<RenderedChat> render(ChatTemplate template, ChatMessage... messages) {
    try {
      return Optional.of(template.render(Arrays.asList(messages), true));
    } catch (IllegalArgumentException | CheckpointException refused) {
      return Optional.empty();
    }
  }

  private static int[] controls(int[] ids) {
    return IntStream.of(ids).filter(id -> id >= TinyTokenizer.SIZE).toArray();
  }

  private static ObjectNode tokenizer(Set<String> controls) {
    ObjectNode json = TinyTokenizer.json();
    json.putArray("added_tokens");
    int id = TinyTokenizer.SIZE;
    ObjectNode vocabulary = (ObjectNode) json.path("model").path("vocab");
    vocabulary.remove(List.of(TinyTokenizer.BEGIN, TinyTokenizer.END));
    for (String control : controls) {
      vocabulary.put(control, id);
      json.withArray("added_tokens")
          .addObject()
          .put("id", id++)
          .put("content", control)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    return json;
  }

  private static List<Path> templates() throws IOException, URISyntaxException {
    List<Path> folders = new ArrayList<>();
    folders.add(
        Path.of(
            RoleForgingTest.class.getResource("/dev/panda/transformer/chat/templates").toURI()));
    if (System.getenv("PANDA_TEMPLATES") != null) {
      folders.add(Path.of(System.getenv("PANDA_TEMPLATES")));
    }
    List<Path> templates = new ArrayList<>();
    for (Path each : folders) {
      try (Stream<Path> files = Files.list(each)) {
        files.filter(file -> file.toString().endsWith(".jinja")).sorted().forEach(templates::add);
      }
    }
    return templates;
  }
}
