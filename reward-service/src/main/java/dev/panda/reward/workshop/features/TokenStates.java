package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.workshop.training.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Hidden states of every token of some responses, on disk beside the cache of features. They give
 * the terms of a head that is fitted after the responses were read.
 *
 * <pre>
 * states/KEY = CRC32C of the states (8 bytes) · states [layer × token × D] (float32), little-endian
 * </pre>
 *
 * @param folder of the files
 */
public record TokenStates(Path folder, FeatureSpace space) {

  /** Whether the states of a response are there and undamaged. */
  public boolean contains(ResponseTokens response) {
    Path file = file(response);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      return bytes.limit() == Long.BYTES + size(response) * Float.BYTES
          && bytes.getLong() == checksum(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read", e);
    }
  }

  /**
   * Adds the states of a response. The file appears complete or not at all.
   *
   * @param states [layer × token × D]
   */
  void add(ResponseTokens response, float[] states) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + states.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(Long.BYTES);
    bytes.asFloatBuffer().put(states);
    bytes.putLong(0, checksum(bytes));
    Path file = file(response);
    Path draft = folder.resolve("draft");
    try {
      Files.createDirectories(folder);
      Files.write(draft, bytes.array());
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    }
  }

  /**
   * w · h of each token of a response that was added.
   *
   * @param layer one of the space's layers
   * @param weight w [D]
   */
  public float[] terms(ResponseTokens response, int layer, float[] weight) {
    int size = space.hiddenSize();
    float[] terms = new float[tokens(response)];
    float[] states = states(response, space.index(layer));
    for (int token = 0; token < terms.length; token++) {
      double term = 0;
      for (int i = 0; i < size; i++) {
        term += (double) weight[i] * states[token * size + i];
      }
      terms[token] = (float) term;
    }
    return terms;
  }

  private float[] states(ResponseTokens response, int layer) {
    float[] states = new float[tokens(response) * space.hiddenSize()];
    ByteBuffer bytes =
        ByteBuffer.allocate(states.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Path file = file(response);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long from = Long.BYTES + (long) layer * bytes.capacity();
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, from + bytes.position()) < 0) {
          throw new IOException("ends early");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read", e);
    }
    bytes.flip().asFloatBuffer().get(states);
    return states;
  }

  private Path file(ResponseTokens response) {
    return folder.resolve(Hashes.hex(response.key().array()));
  }

  private int size(ResponseTokens response) {
    return space.layers().length * tokens(response) * space.hiddenSize();
  }

  private static int tokens(ResponseTokens response) {
    return response.tokens().length - response.start();
  }

  private static long checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(Long.BYTES, bytes.capacity() - Long.BYTES));
    return crc.getValue();
  }
}
