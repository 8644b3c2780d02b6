package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.chat.RenderedChat;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A tokenizer that a {@code tokenizer.json} describes, run by the Hugging Face library. */
final class JsonTokenizer implements Tokenizer {
  private static final String REHEARSED = "Hello, 世界!\n 1";

  private final Supplier<ObjectNode> file;
  private final String source;
  private final Vocabulary vocabulary;
  private final Set<Integer> endTokens;
  private final String fingerprint;

  /** Empty if the tokenizer may put text of any length into one token. */
  private final Optional<LeastTokens> leastTokens;

  private final ControlTokens controls;
  private final LibraryTokenizer library;

  /** Only loaded when a message holds a control token. */
  private GuardedTokenizer guarded;

  /** Why it cannot be loaded; it is not tried again. Empty if it can, as far as is known. */
  private Optional<CheckpointException> guardedFault = Optional.empty();

  private boolean closed;

  JsonTokenizer(ObjectNode tokenizerJson, String source) {
    this(tokenizerJson::deepCopy, source, tokenizerJson, Set.of());
  }

  /**
   * @param file reads the {@code tokenizer.json} again
   * @param source prefix of error messages
   */
  JsonTokenizer(
      Supplier<ObjectNode> file, String source, ObjectNode tokenizerJson, Set<Integer> endTokens) {
    TokenizerStructure.check(tokenizerJson, source);
    this.file = file;
    this.source = source;
    this.endTokens = Set.copyOf(endTokens);
    vocabulary = Vocabulary.of(tokenizerJson, source);
    fingerprint = vocabulary.fingerprint();
    Part whole = Part.whole(tokenizerJson, source);
    leastTokens =
        LeastTokens.isKnown(whole, vocabulary)
            ? Optional.of(LeastTokens.of(whole, vocabulary))
            : Optional.empty();
    controls = ControlTokens.of(whole, endTokens);
    library = LibraryTokenizer.load(tokenizerJson, source);
    try {
      decode(encode(REHEARSED, true), true);
    } catch (RuntimeException e) {
      library.close();
      throw new CheckpointException(
          source + ": cannot tokenise a text: " + e.getMessage() + " (expected: its tokens)", e);
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    checkUnicode(text);
    return library.encode(text, addSpecialTokens);
  }

  @Override
  public int[] encode(RenderedChat chat) {
    ControlTokens.Reading reading = controls.read(chat);
    if (!reading.forged()) {
      return encode(chat.text(), false);
    }
    checkUnicode(chat.text());
    return guarded().encode(chat.text(), reading.genuine());
  }

  private synchronized GuardedTokenizer guarded() {
    if (closed) {
      throw new IllegalStateException("tokenizer: closed (expected: open)");
    }
    if (guardedFault.isPresent()) {
      throw guardedFault.get();
    }
    if (guarded == null) {
      try {
        guarded = loadGuarded();
      } catch (RuntimeException e) {
        guardedFault =
            Optional.of(
                new CheckpointException(
                    source
                        + ": cannot take control tokens as text: "
                        + e.getMessage()
                        + " (expected: text)",
                    e));
        throw guardedFault.get();
      }
    }
    return guarded;
  }

  private GuardedTokenizer loadGuarded() {
    ObjectNode tokenizerJson = file.get();
    TokenizerStructure.check(tokenizerJson, source); // the file may have changed since the start
    if (!Vocabulary.of(tokenizerJson, source).fingerprint().equals(fingerprint)) {
      throw new CheckpointException(
          source + ": changed since the start (expected: the file that was loaded)");
    }
    return new GuardedTokenizer(tokenizerJson, controls, endTokens, source);
  }

  @Override
  public int leastTokens(String text) {
    return leastTokens.map(least -> least.in(text)).orElse(0);
  }

  @Override
  public String decode(int[] ids, boolean keepSpecialTokens) {
    long[] tokens = IntStream.of(ids).filter(vocabulary::contains).asLongStream().toArray();
    return library.decode(tokens, keepSpecialTokens);
  }

  @Override
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public int ordinaryVocabularySize() {
    return vocabulary.ordinarySize();
  }

  @Override
  public Set<Integer> endTokenIds() {
    return endTokens;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public synchronized void close() {
    closed = true;
    library.close();
    if (guarded != null) {
      guarded.close();
    }
  }

  private static void checkUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      int character = text.codePointAt(i);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "text: lone surrogate U+%04X at index %d (expected: Unicode text)"
                .formatted(character, i));
      }
      if (Character.isSupplementaryCodePoint(character)) {
        i++;
      }
    }
  }
}
