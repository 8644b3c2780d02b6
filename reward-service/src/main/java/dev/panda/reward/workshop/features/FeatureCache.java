package dev.panda.reward.workshop.features;

import dev.panda.reward.workshop.pairs.ResponseTokens;
import dev.panda.transformer.workshop.training.Hashes;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A disk cache of numbers for responses, features or rewards, keyed by the responses' tokens. Data
 * files with common responses share entries, and a killed run resumes where it stopped.
 *
 * <pre>
 * features.bin = record*      all of the same size, little-endian
 * record       = key (SHA-256, 32 bytes) · CRC32C of key and features (8 bytes) · features (float32)
 * </pre>
 *
 * Opening the cache checks every record. It ignores truncated and damaged records and reuses their
 * space. Only one process at a time may use a cache, and only one thread.
 */
public final class FeatureCache implements AutoCloseable {
  private static final int KEY_BYTES = 32;
  private static final int HEADER_BYTES = KEY_BYTES + Long.BYTES;

  private final Path folder;
  private final int floats;
  private final FileChannel channel;
  private final int recordBytes;
  private final Map<ByteBuffer, Long> positions = new HashMap<>();
  private final ArrayDeque<Long> free = new ArrayDeque<>();
  private long end;

  private FeatureCache(Path folder, int floats, FileChannel channel) {
    this.folder = folder;
    this.floats = floats;
    this.channel = channel;
    this.recordBytes = Math.addExact(HEADER_BYTES, Math.multiplyExact(floats, Float.BYTES));
  }

  /**
   * Opens or creates the cache of a feature space; the caller closes it.
   *
   * @param root folder of caches
   * @throws TrainingException if the cache cannot be used, or another process uses it
   */
  public static FeatureCache open(Path root, FeatureSpace space) {
    return open(root, "features", space.describe(), space.size());
  }

  /**
   * Opens or creates a cache; the caller closes it.
   *
   * @param kind first word of its folder's name
   * @param description everything that the numbers depend on, except the responses
   * @param floats number of floats of each response
   */
  public static FeatureCache open(Path root, String kind, String description, int floats) {
    byte[] digest = Hashes.sha256().digest(description.getBytes(StandardCharsets.UTF_8));
    Path folder = root.resolve(kind + "-" + Hashes.hex(digest).substring(0, 16));
    try {
      Files.createDirectories(folder);
      Path draft = folder.resolve("about.txt.draft");
      Files.writeString(draft, description);
      Files.move(draft, folder.resolve("about.txt"), StandardCopyOption.REPLACE_EXISTING);
      return open(folder, floats, lockedChannel(folder));
    } catch (IOException e) {
      throw new TrainingException(folder + ": cannot be used: " + e.getMessage(), e);
    }
  }

  private static FeatureCache open(Path folder, int floats, FileChannel channel)
      throws IOException {
    try {
      FeatureCache cache = new FeatureCache(folder, floats, channel);
      cache.index();
      return cache;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel lockedChannel(Path folder) throws IOException {
    Path file = folder.resolve("features.bin");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // held by this process
    }
    if (lock == null) {
      channel.close();
      throw new TrainingException(
          file + ": in use by another process (expected: one at a time, or another --cache)");
    }
    return channel;
  }

  private void index() throws IOException {
    ByteBuffer record = ByteBuffer.allocate(recordBytes).order(ByteOrder.LITTLE_ENDIAN);
    long whole = channel.size() / recordBytes * recordBytes;
    for (end = 0; end < whole; end += recordBytes) {
      read(record.clear(), end);
      ByteBuffer key = key(record);
      if (record.getLong(KEY_BYTES) == checksum(record) && !positions.containsKey(key)) {
        positions.put(key, end);
      } else {
        free.add(end);
      }
    }
  }

  /** The states of tokens that belong to these features. */
  public TokenStates states(FeatureSpace space) {
    return new TokenStates(folder.resolve("states"), space);
  }

  public boolean contains(ResponseTokens response) {
    return positions.containsKey(response.key());
  }

  /** Number of responses in the cache. */
  public int size() {
    return positions.size();
  }

  /**
   * Adds a response's features.
   *
   * @param features in the cache's order [floats]
   */
  public void add(ResponseTokens response, float[] features) {
    ByteBuffer key = response.key();
    ByteBuffer record = ByteBuffer.allocate(recordBytes).order(ByteOrder.LITTLE_ENDIAN);
    record.put(key.duplicate());
    record.position(HEADER_BYTES);
    record.asFloatBuffer().put(features, 0, floats);
    record.putLong(KEY_BYTES, checksum(record));
    long position = free.isEmpty() ? end : free.remove();
    try {
      record.clear();
      for (long at = position; record.hasRemaining(); ) {
        at += channel.write(record, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("feature cache: cannot be written", e);
    }
    end = Math.max(end, position + recordBytes);
    positions.put(key, position);
  }

  /**
   * Reads part of a response's features.
   *
   * @param offset index of the first float, in the space's order
   * @return [count]
   * @throws IllegalArgumentException if the response is not in the cache
   */
  public float[] read(ResponseTokens response, int offset, int count) {
    Long position = positions.get(response.key());
    if (position == null) {
      throw new IllegalArgumentException("response: not in the cache (expected: added before)");
    }
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      read(bytes, position + HEADER_BYTES + (long) offset * Float.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("feature cache: cannot be read", e);
    }
    float[] features = new float[count];
    bytes.flip().asFloatBuffer().get(features);
    return features;
  }

  private void read(ByteBuffer bytes, long position) throws IOException {
    for (long at = position; bytes.hasRemaining(); ) {
      int n = channel.read(bytes, at);
      if (n < 0) {
        throw new IOException("ends early");
      }
      at += n;
    }
  }

  private static ByteBuffer key(ByteBuffer record) {
    byte[] key = new byte[KEY_BYTES];
    record.get(0, key);
    return ByteBuffer.wrap(key);
  }

  /** The checksum of key and features; never 0, which a hole in the file would have. */
  private static long checksum(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    crc.update(record.slice(0, KEY_BYTES));
    crc.update(record.slice(HEADER_BYTES, record.capacity() - HEADER_BYTES));
    return crc.getValue() | 1L << 32;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("feature cache: cannot be closed", e);
    }
  }
}
