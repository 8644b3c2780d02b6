package dev.panda.basemodel.workshop.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Hugging Face hub, or a mirror of it.
 *
 * @param endpoint its URL, without a slash at the end
 */
record Hub(URI endpoint, Web web) {
  private static final String VARIABLE = "HF_ENDPOINT";
  private static final String USUAL = "https://huggingface.co";
  private static final Duration LONGEST_LIST = Duration.ofMinutes(1);
  private static final int MOST_PAGES = 50;
  private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]{1,96}/[\\w.-]{1,96}");
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"next\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether a text can be the name of a repository. */
  static boolean isRepository(String name) {
    return REPOSITORY.matcher(name).matches() && !name.contains("..");
  }

  /**
   * The hub's URL: that in the environment, or the usual one.
   *
   * @throws FetchException if the variable holds no URL
   */
  static URI endpoint(Map<String, String> environment) {
    String text = environment.getOrDefault(VARIABLE, "").strip();
    try {
      URI uri = new URI((text.isEmpty() ? USUAL : text).replaceFirst("/+$", ""));
      if (uri.getHost() != null
          && List.of("https", "http").contains(uri.getScheme())
          && uri.getRawQuery() == null
          && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException malformed) {
      // refused below
    }
    throw new FetchException(
        VARIABLE + ": " + text + " (expected: a URL such as " + USUAL + ")",
        "Set it to a mirror of the hub, or unset it.");
  }

  /**
   * The files of a repository.
   *
   * @throws FetchException if it can't be listed, or holds a file with a path that is none
   */
  List<RemoteFile> files(String repository, String revision) throws InterruptedException {
    String tree = "/api/models/" + repository + "/tree/" + encoded(revision) + "?recursive=true";
    URI page = URI.create(endpoint + tree);
    List<RemoteFile> files = new ArrayList<>();
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      Optional<URI> next;
      try (Answer answer = web.get(page, Map.of());
          StallGuard guard = new StallGuard(answer.response().body(), LONGEST_LIST)) {
        web.requireSuccess(answer, repository);
        guard.alive();
        for (JsonNode entry : JSON.readTree(answer.response().body())) {
          if (entry.path("type").asText().equals("file")) {
            files.add(file(repository, revision, entry));
          }
        }
        next = next(page, answer);
      } catch (IOException broken) {
        throw new FetchException(
            repository + ": its list of files cannot be read: " + broken.getMessage(),
            "Run the command again. Is " + endpoint + " the hub or a mirror of it?",
            broken);
      }
      if (next.isEmpty()) {
        return files;
      }
      page = next.get();
    }
    throw new FetchException(
        repository + ": more than " + MOST_PAGES + " pages of files (expected: a model)",
        "Download the model's own files by other means.");
  }

  private static Optional<URI> next(URI page, Answer answer) {
    Matcher link = NEXT.matcher(answer.header("Link").orElse(""));
    return link.find() ? Optional.of(page.resolve(link.group(1))) : Optional.empty();
  }

  private RemoteFile file(String repository, String revision, JsonNode entry) {
    String path = entry.path("path").asText();
    if (!RemoteFile.isSafe(path)) {
      throw new FetchException(
          "%s: file: %s (expected: the path of a file in the repository)"
              .formatted(repository, path.replaceAll("\\p{Cntrl}", "?")),
          "Do not use this repository, or report it to " + endpoint.getHost() + ".");
    }
    long size = entry.path("size").asLong(-1);
    URI uri =
        URI.create(
            endpoint
                + "/"
                + repository
                + "/resolve/"
                + encoded(revision)
                + "/"
                + encodedPath(path));
    return new RemoteFile(
        path, uri, size < 0 ? OptionalLong.empty() : OptionalLong.of(size), checksum(entry, size));
  }

  private static Optional<Checksum> checksum(JsonNode entry, long size) {
    JsonNode large = entry.path("lfs");
    if (large.isObject()) {
      return Optional.of(large.path("oid").asText())
          .map(oid -> oid.replaceFirst("^sha256:", ""))
          .filter(Checksum::isSha256)
          .map(Checksum::sha256);
    }
    return Optional.of(entry.path("oid").asText())
        .filter(Checksum::isGitBlob)
        .map(oid -> Checksum.gitBlob(oid, size));
  }

  private static String encoded(String revision) {
    return URLEncoder.encode(revision, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String encodedPath(String path) {
    return String.join("/", Arrays.stream(path.split("/", -1)).map(Hub::encoded).toList());
  }
}
