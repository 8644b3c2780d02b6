package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The folder of what runs: each service's process id and log, and the settings they were started
 * with.
 *
 * @param folder absolute, as it is part of the mark by which a service's process is known
 */
record RunFolder(Path folder) {
  private static final String PID = ".pid";

  Path log(String service) {
    return folder.resolve(service + ".log");
  }

  private Path pidFile(String service) {
    return folder.resolve(service + PID);
  }

  private Path settingsFile() {
    return folder.resolve("settings");
  }

  /** The argument of a service's command line that says whose it is. */
  String mark(String service) {
    return "-Dpanda.run=" + folder.resolve(service);
  }

  /** The services that were started here and not stopped since, in the order of their start. */
  List<String> started() {
    TreeSet<String> left = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + PID)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          left.add(name.substring(0, name.length() - PID.length()));
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    List<String> ordered = new ArrayList<>();
    if (left.remove(Service.BASE_MODEL)) {
      ordered.add(Service.BASE_MODEL);
    }
    boolean orchestrator = left.remove(Service.ORCHESTRATOR);
    ordered.addAll(left);
    if (orchestrator) {
      ordered.add(Service.ORCHESTRATOR);
    }
    return ordered;
  }

  boolean wasStarted(String service) {
    return Files.exists(pidFile(service));
  }

  /** The process of a service; empty if it has ended, or if its id is another program's by now. */
  Optional<ProcessHandle> process(String service) {
    try {
      long pid = Long.parseLong(Files.readString(pidFile(service)).strip());
      return ProcessHandle.of(pid)
          .filter(process -> CommandLines.of(process).contains(mark(service)));
    } catch (IOException | NumberFormatException none) {
      return Optional.empty();
    }
  }

  boolean isRunning(String service) {
    return process(service).isPresent();
  }

  /** The services of {@link #started} that run. */
  List<String> running() {
    return started().stream().filter(this::isRunning).toList();
  }

  /** Opens the file for {@link #tryLock}; closing it ends the lock. */
  FileChannel openLock() throws IOException {
    Files.createDirectories(folder);
    return FileChannel.open(
        folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Keeps all others from starting services here; false if another does. */
  static boolean tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return false;
    }
  }

  /** Makes the folder ready for services that are about to start. */
  void begin(ServiceSet services) throws IOException {
    Files.createDirectories(folder);
    clear();
    try (Writer file = Files.newBufferedWriter(settingsFile())) {
      services.toProperties().store(file, null);
    }
  }

  void keep(String service, long pid) throws IOException {
    Files.writeString(pidFile(service), pid + System.lineSeparator());
  }

  /** The services of the last start, unless they were stopped. */
  Optional<ServiceSet> settings() {
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(settingsFile())) {
      properties.load(file);
    } catch (IOException | IllegalArgumentException none) {
      return Optional.empty();
    }
    return ServiceSet.of(properties);
  }

  /** Forgets all services. Their logs stay. */
  void clear() throws IOException {
    for (String service : started()) {
      Files.deleteIfExists(pidFile(service));
    }
    Files.deleteIfExists(settingsFile());
  }

  /** A folder of its own in this one, for services that end with this process. */
  RunFolder ofProcess(String purpose) {
    return new RunFolder(folder.resolve(purpose + "." + ProcessHandle.current().pid()));
  }

  /** Deletes the folder with everything in it, if it exists. */
  void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
