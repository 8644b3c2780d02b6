package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Damages a file again and again and reads it each time: it must be read, or refused by name, and
 * never cost much memory.
 *
 * @param read reads the file
 * @param refusal whether an exception is a refusal by the project itself
 */
public record FileMutations(ThrowingCallable read, Refusal refusal) {
  private static final long MOST_BYTES = 64L << 20;

  /** Tells refusals from accidents. */
  public interface Refusal {
    boolean is(Throwable thrown);
  }

  /** Damages single bytes anywhere, and cuts the file. */
  public void bytes(Path file, int rounds) throws IOException {
    run(file, rounds, (mutations, whole, round) -> mutations.damage(whole, round, 0, whole.length));
  }

  /** Puts nonsense into a file that is a JSON object. */
  public void json(Path file, int rounds) throws IOException {
    run(file, rounds, Mutations::nonsense);
  }

  /** Puts nonsense into the header of a safetensors file. */
  public void header(Path file, int rounds) throws IOException {
    run(
        file,
        rounds,
        (mutations, whole, round) -> {
          ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
          int end = Long.BYTES + (int) bytes.getLong(0);
          byte[] header = mutations.nonsense(Arrays.copyOfRange(whole, Long.BYTES, end), round);
          return ByteBuffer.allocate(Long.BYTES + header.length + whole.length - end)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .put(header)
              .put(whole, end, whole.length - end)
              .array();
        });
  }

  private interface Mutation {
    byte[] of(Mutations mutations, byte[] whole, int round);
  }

  private void run(Path file, int rounds, Mutation mutation) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Mutations mutations = Mutations.seeded();
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      Files.write(file, mutation.of(mutations, whole, round));
      long before = allocated();
      try {
        read.call();
      } catch (Throwable thrown) {
        refused++;
        assertThat(refusal.is(thrown)).as("round %d: %s", round, thrown).isTrue();
        assertThat(thrown).hasMessageContaining(file.getParent().toString());
      }
      assertThat(allocated() - before).as("bytes in round %d", round).isLessThan(MOST_BYTES);
    }
    Files.write(file, whole);
    System.out.printf("%s: %d mutations, %d refused%n", file.getFileName(), rounds, refused);
    assertThat(refused).isPositive();
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
