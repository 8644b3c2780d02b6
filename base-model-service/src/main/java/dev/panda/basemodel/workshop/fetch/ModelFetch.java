package dev.panda.basemodel.workshop.fetch;

import dev.panda.basemodel.workshop.models.ByteSize;
import dev.panda.transformer.checkpoint.gguf.GgufFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Fetches models over HTTP and puts them where commands find them. */
public final class ModelFetch {
  private static final Duration LONGEST_STALL = Duration.ofSeconds(60);

  private final Hub hub;
  private final Download download;

  private ModelFetch(Hub hub, Duration longestStall) {
    this.hub = hub;
    this.download = new Download(hub.web(), longestStall);
  }

  /**
   * A fetch with the hub and the token of the environment.
   *
   * @throws FetchException if a variable is malformed
   */
  public static ModelFetch of(Map<String, String> environment) {
    return of(environment, Web.newClient(), LONGEST_STALL);
  }

  static ModelFetch of(Map<String, String> environment, HttpClient client, Duration longestStall) {
    URI endpoint = Hub.endpoint(environment);
    Web web = new Web(client, Credential.of(environment, endpoint));
    return new ModelFetch(new Hub(endpoint, web), longestStall);
  }

  /** Whether a text can be the name of a repository of the hub. */
  public static boolean isRepository(String name) {
    return Hub.isRepository(name);
  }

  /**
   * The GGUF file at a URL.
   *
   * @param sha256 that it must have, if one is known
   * @throws FetchException if the URL is not that of a GGUF file, or does not begin with https
   */
  public static RemoteFile gguf(String url, Optional<Checksum> sha256) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException malformed) {
      throw notGguf(url);
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (uri.getHost() == null || !name.endsWith(".gguf") || !RemoteFile.isSafe(name)) {
      throw notGguf(url);
    }
    if (!"https".equalsIgnoreCase(uri.getScheme()) && !isLoopback(uri.getHost())) {
      throw new FetchException(
          url + " (expected: https, except from this machine)", "Give the URL with https.");
    }
    if (GgufFiles.isPart(name)) {
      throw new FetchException(
          name + ": one part of a model (expected: a model in one file)",
          "Give the name of its repository instead, which brings all parts.");
    }
    return new RemoteFile(name, uri, OptionalLong.empty(), sha256);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
  }

  private static FetchException notGguf(String url) {
    return new FetchException(
        url + " (expected: the URL of a file whose name ends in .gguf)",
        "A repository of the hub goes by its name, such as Qwen/Qwen2.5-1.5B-Instruct.");
  }

  /**
   * Fetches one file.
   *
   * @return sentences about what was fetched
   */
  public List<String> file(RemoteFile file, ModelPlace place, FetchProgress progress)
      throws IOException, InterruptedException {
    Path gathering = place.gathering();
    deleteOthers(gathering, List.of(file));
    Download.Done done = download.fetch(file, gathering, progress::at);
    place.finish();
    String compared =
        done.checked()
            .map(checksum -> "Its " + checksum.algorithm() + " is the one expected.")
            .orElse(
                "There was nothing to compare it with but its length; --sha256 gives a checksum.");
    return List.of(
        "%s (%s) is in %s.".formatted(file.name(), ByteSize.of(done.bytes()), place.folder()),
        compared);
  }

  /**
   * Fetches the files of a repository that Panda reads.
   *
   * @param pattern for the name of one GGUF model; empty for the repository's own
   * @return sentences about what was fetched
   */
  public List<String> repository(
      String name,
      String revision,
      Optional<String> pattern,
      ModelPlace place,
      FetchProgress progress)
      throws IOException, InterruptedException {
    List<RemoteFile> files = ModelChoice.of(name, hub.files(name, revision), pattern);
    Path gathering = place.gathering();
    deleteOthers(gathering, files);
    long total = files.stream().mapToLong(file -> file.size().orElse(0)).sum();
    DiskSpace.require(gathering, total - bytesIn(gathering));
    List<String> unchecked = new ArrayList<>();
    long before = 0;
    for (RemoteFile file : files) {
      long start = before;
      Download.Done done =
          download.fetch(
              file, gathering, (at, of) -> progress.at(start + at, OptionalLong.of(total)));
      before += done.bytes();
      if (done.checked().isEmpty()) {
        unchecked.add(file.name());
      }
    }
    place.finish();
    return List.of(
        "%s, revision %s: %d %s (%s) in %s."
            .formatted(
                name,
                revision,
                files.size(),
                files.size() == 1 ? "file" : "files",
                ByteSize.of(before),
                place.folder()),
        unchecked.isEmpty()
            ? "Their checksums are those that the hub lists."
            : "There was nothing to compare these with but their length: "
                + String.join(", ", unchecked)
                + ".");
  }

  /** Deletes what an earlier fetch of other files left. */
  private static void deleteOthers(Path gathering, List<RemoteFile> files) throws IOException {
    List<String> names = files.stream().map(RemoteFile::name).toList();
    for (Path file : list(gathering)) {
      String name = file.getFileName().toString();
      if (!names.contains(name.replaceFirst("\\.(part|etag)$", ""))) {
        Files.delete(file);
      }
    }
  }

  private static long bytesIn(Path folder) throws IOException {
    return list(folder).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
