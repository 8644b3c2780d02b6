package dev.panda.transformer.decoder;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A file of measured times, by what was measured, and for which work. Processes that share the file
 * measure one after another, because two that measure at once disturb each other; what one
 * measures, the others find. If the file cannot be read or written, times are measured again.
 */
final class NumericsMeasurements {
  private static final Logger LOG = System.getLogger(NumericsMeasurements.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  NumericsMeasurements(Path file) {
    this.file = file;
  }

  /**
   * The times of some formats: kept ones, or newly measured ones, which are then kept.
   *
   * @param subject all that the times depend on, besides the work and the format
   * @param trial measures all kinds of work
   */
  Map<Numerics, Duration> get(
      String subject,
      Work work,
      List<Numerics> formats,
      Supplier<Map<Work, Map<Numerics, Duration>>> trial) {
    return find(subject, work, formats).orElseGet(() -> measure(subject, work, formats, trial));
  }

  private Map<Numerics, Duration> measure(
      String subject,
      Work work,
      List<Numerics> formats,
      Supplier<Map<Work, Map<Numerics, Duration>>> trial) {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      LOG.log(Level.DEBUG, "{0}: {1}", file, lock);
      Optional<Map<Numerics, Duration>> meanwhile = find(subject, work, formats);
      return meanwhile.isPresent() ? meanwhile.get() : keep(subject, trial.get()).get(work);
    } catch (IOException e) {
      logUnwritable(e);
      return trial.get().get(work);
    }
  }

  private void logUnwritable(IOException e) {
    LOG.log(Level.INFO, "{0}: cannot be written, so numerics are measured again: {1}", file, e);
  }

  private FileChannel lockFile() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return FileChannel.open(
        file.resolveSibling(file.getFileName() + ".lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
  }

  private Optional<Map<Numerics, Duration>> find(
      String subject, Work work, List<Numerics> formats) {
    JsonNode times = read().path(subject).path(work.toString());
    Map<Numerics, Duration> found = new EnumMap<>(Numerics.class);
    for (Numerics format : formats) {
      JsonNode time = times.path(format.toString());
      if (!time.canConvertToLong() || time.asLong() <= 0) {
        return Optional.empty();
      }
      found.put(format, Duration.ofNanos(time.asLong()));
    }
    return Optional.of(found);
  }

  private Map<Work, Map<Numerics, Duration>> keep(
      String subject, Map<Work, Map<Numerics, Duration>> times) {
    ObjectNode all = read();
    ObjectNode works = all.putObject(subject);
    times.forEach(
        (work, its) -> {
          ObjectNode entry = works.putObject(work.toString());
          its.forEach((format, time) -> entry.put(format.toString(), time.toNanos()));
        });
    try {
      Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "numerics", ".json");
      Files.writeString(written, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all));
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      logUnwritable(e);
    }
    return times;
  }

  private ObjectNode read() {
    if (!Files.isReadable(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(file.toFile()) instanceof ObjectNode all ? all : JSON.createObjectNode();
    } catch (JacksonException e) {
      return JSON.createObjectNode();
    } catch (IOException e) {
      LOG.log(Level.INFO, "{0}: cannot be read: {1}", file, e);
      return JSON.createObjectNode();
    }
  }
}
