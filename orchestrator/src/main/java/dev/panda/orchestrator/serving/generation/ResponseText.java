package dev.panda.orchestrator.serving.generation;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a response's tokens into text as they come. It shows whole characters only, and nothing
 * that could still become a stop string. Bytes that are not UTF-8 become U+FFFD.
 */
final class ResponseText {
  private static final int LONGEST_CHARACTER = 4;

  private final List<String> stops;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final StringBuilder text = new StringBuilder();
  private byte[] undecoded = {};
  private int released;
  private boolean stopped;

  ResponseText(List<String> stops) {
    this.stops = stops;
  }

  /**
   * Appends a token.
   *
   * @return the text that this token makes ready to be shown
   */
  String append(byte[] bytes) {
    int from = text.length();
    decode(concatenate(undecoded, bytes), false);
    findStop(from);
    return release(stopped ? text.length() : text.length() - heldBack());
  }

  /** Ends the text; a character that is not complete becomes U+FFFD. */
  String finish() {
    if (!stopped) {
      int from = text.length();
      decode(undecoded, true);
      findStop(from);
    }
    release(text.length());
    return text.toString();
  }

  /** Whether a stop string came. The text ends before the stop string. */
  boolean isStopped() {
    return stopped;
  }

  private void decode(byte[] bytes, boolean end) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + LONGEST_CHARACTER);
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
    }
    undecoded = new byte[in.remaining()];
    in.get(undecoded);
    text.append(out.flip());
  }

  private static byte[] concatenate(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private void findStop(int appendedFrom) {
    int earliest = -1;
    for (String stop : stops) {
      int at = text.indexOf(stop, Math.max(0, appendedFrom - stop.length() + 1));
      if (at >= 0 && (earliest < 0 || at < earliest)) {
        earliest = at;
      }
    }
    if (earliest >= 0) {
      stopped = true;
      text.setLength(earliest);
    }
  }

  /** Gives the length of the longest end of the text that could begin a stop string. */
  private int heldBack() {
    int longest = 0;
    for (String stop : stops) {
      int most = Math.min(stop.length() - 1, text.length() - released);
      for (int length = most; length > longest; length--) {
        if (stop.startsWith(text.substring(text.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private String release(int end) {
    String shown = text.substring(Math.min(released, end), end);
    released = end;
    return shown;
  }
}
