package dev.panda.transformer.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pieces of a {@code tokenizer.model}, SentencePiece's own file: a message of Protocol
 * Buffers whose field 1 is a piece, each with its text (1), score (2) and type (3).
 */
final class SentencePieceModel {
  private static final long MOST_BYTES = 1 << 26;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  /**
   * A piece.
   *
   * @param type numbered as in GGUF files; 1 is a normal piece
   */
  record Piece(String text, int type) {}

  private SentencePieceModel() {}

  /** The pieces by id; none if the file is of another kind, such as tiktoken's. */
  static List<Piece> pieces(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        return List.of();
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      List<Piece> pieces = new ArrayList<>();
      while (bytes.hasRemaining()) {
        int field = (int) varint(bytes);
        if (field == (1 << 3 | BYTES)) {
          pieces.add(piece(part(bytes)));
        } else {
          skip(bytes, field);
        }
      }
      return pieces;
    } catch (IllegalArgumentException | BufferUnderflowException otherKind) {
      return List.of();
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Piece piece(ByteBuffer bytes) {
    String text = "";
    int type = 1;
    while (bytes.hasRemaining()) {
      int field = (int) varint(bytes);
      if (field == (1 << 3 | BYTES)) {
        text = UTF_8.decode(part(bytes)).toString();
      } else if (field == (3 << 3 | VARINT)) {
        type = (int) varint(bytes);
      } else {
        skip(bytes, field);
      }
    }
    return new Piece(text, type);
  }

  private static void skip(ByteBuffer bytes, int field) {
    switch (field & 7) {
      case VARINT -> varint(bytes);
      case FIXED_64 -> bytes.getLong();
      case BYTES -> part(bytes);
      case FIXED_32 -> bytes.getInt();
      default -> throw new IllegalArgumentException("field: " + field);
    }
  }

  private static ByteBuffer part(ByteBuffer bytes) {
    long length = varint(bytes);
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException("length: " + length);
    }
    ByteBuffer part = bytes.slice().limit((int) length);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }
}
