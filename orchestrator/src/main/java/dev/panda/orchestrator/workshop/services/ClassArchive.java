package dev.panda.orchestrator.workshop.services;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The archive of the classes that a module's service loads when it starts. A JVM that is given one
 * starts sooner, and ignores one that another JVM or another build has made.
 *
 * @param root of the checkout
 */
record ClassArchive(Path root, String module) {

  /** Relative to the root, where services run. */
  private Path file() {
    return Path.of(module, "target", "quarkus-app", "classes.jsa");
  }

  /** The option of a JVM that makes the archive when it ends. */
  List<String> recording() {
    return List.of("-XX:ArchiveClassesAtExit=" + file());
  }

  /** The option of a JVM that starts with the archive; none if there is no archive. */
  List<String> use() {
    return Files.isRegularFile(root.resolve(file()))
        ? List.of("-XX:SharedArchiveFile=" + file())
        : List.of();
  }
}
