package dev.panda.basemodel.workshop.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.basemodel.workshop.fetch.FileServer.Content;
import dev.panda.transformer.checkpoint.ModelFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFetchTest {
  private static final String TREE = "/api/models/owner/tiny/tree/main";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path home;
  private FileServer hub;
  private final ArrayNode listing = JSON.createArrayNode();

  @BeforeEach
  void start() throws IOException {
    hub = FileServer.http();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private ModelFetch fetch() {
    return ModelFetch.of(
        Map.of("HF_ENDPOINT", hub.uri("/").toString()), Web.newClient(), Duration.ofSeconds(30));
  }

  private ModelPlace place(String name) {
    return new ModelPlace(new ModelFolders(List.of(home.resolve("bundled"), home)), name);
  }

  private List<String> repository(Optional<String> pattern) throws Exception {
    return fetch().repository("owner/tiny", "main", pattern, place("tiny"), (bytes, total) -> {});
  }

  /** Adds a file with that text to the repository, as git or as LFS stores it. */
  private void add(String path, String text, boolean large) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ObjectNode entry = listing.addObject().put("type", "file").put("path", path);
    entry.put("size", bytes.length);
    if (large) {
      entry.put("oid", "0".repeat(40));
      entry.putObject("lfs").put("oid", hash("SHA-256", "", bytes)).put("size", bytes.length);
    } else {
      entry.put("oid", hash("SHA-1", "blob " + bytes.length + "\0", bytes));
    }
    hub.serve("/owner/tiny/resolve/main/" + path, bytes, "\"" + path + "\"");
    hub.serve(TREE, listing.toString());
  }

  private static String hash(String algorithm, String prefix, byte[] bytes) throws Exception {
    MessageDigest digest = MessageDigest.getInstance(algorithm);
    digest.update(prefix.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(bytes));
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void fetchesWhatPandaReadsOfARepository() throws Exception {
    add("config.json", "{}", false);
    add("README.md", "a page", false);
    add("tokenizer.json", "{\"model\":{}}", true);
    add("model.safetensors", "weights", true);
    add("pytorch_model.bin", "pickled", true);
    add("onnx/model.safetensors", "others", true);
    add("tiny.Q4_K_M.gguf", "quantised", true);

    List<String> said = repository(Optional.empty());

    assertThat(filesIn(home.resolve("tiny")))
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    assertThat(home.resolve("tiny/model.safetensors")).hasContent("weights");
    assertThat(said.get(0)).contains("owner/tiny, revision main: 3 files", home + "/tiny");
    assertThat(said.get(1)).contains("checksums are those that the hub lists");
    assertThat(home.resolve(".fetching/tiny")).doesNotExist();
    assertThat(hub.requests(TREE)).hasSize(1);
  }

  @Test
  void fetchesTheShardsThatAnIndexNames() throws Exception {
    add("config.json", "{}", false);
    add("model.safetensors.index.json", "{}", false);
    add("model-00001-of-00002.safetensors", "one", true);
    add("model-00002-of-00002.safetensors", "two", true);
    add("consolidated.safetensors", "all", true);

    repository(Optional.empty());

    assertThat(filesIn(home.resolve("tiny")))
        .containsExactly(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
  }

  @Test
  void fetchesTheGgufModelThatAPatternNames() throws Exception {
    add("tiny-Q4_K_M.gguf", "four", true);
    add("Q8/tiny-Q8_0-00001-of-00002.gguf", "eight", true);
    add("Q8/tiny-Q8_0-00002-of-00002.gguf", "bits", true);

    assertThatThrownBy(() -> repository(Optional.empty()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("owner/tiny: 2 GGUF models (expected: one)")
        .hasMessageContaining("--file")
        .hasMessageContaining("tiny-Q8_0*.gguf");
    assertThatThrownBy(() -> repository(Optional.of("*q2*")))
        .hasMessageContaining("no model that matches *q2*");
    assertThatThrownBy(() -> repository(Optional.of("[")))
        .hasMessageContaining("--file: [ (expected: ");

    repository(Optional.of("*q8_0*"));

    assertThat(filesIn(home.resolve("tiny")))
        .containsExactly("tiny-Q8_0-00001-of-00002.gguf", "tiny-Q8_0-00002-of-00002.gguf");
  }

  @Test
  void saysWhatARepositoryWithoutAModelHolds() throws Exception {
    add("config.json", "{}", false);
    add("pytorch_model.bin", "pickled", true);

    assertThatThrownBy(() -> repository(Optional.empty()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("owner/tiny: no model (expected: config.json with *.safetensors")
        .hasMessageContaining("config.json, pytorch_model.bin");
  }

  @Test
  void readsAListOfSeveralPages() throws Exception {
    add("config.json", "{}", false);
    Map<String, String> link = Map.of("Link", "<" + hub.uri("/page2") + ">; rel=\"next\"");
    hub.serve(
        TREE,
        new Content(200, listing.toString().getBytes(StandardCharsets.UTF_8), link, -1, false));
    listing.removeAll();
    byte[] weights = "weights".getBytes(StandardCharsets.UTF_8);
    ObjectNode entry = listing.addObject().put("type", "file").put("path", "model.safetensors");
    entry.put("size", weights.length).putObject("lfs").put("oid", hash("SHA-256", "", weights));
    hub.serve("/page2", listing.toString());
    hub.serve("/owner/tiny/resolve/main/model.safetensors", weights, "\"1\"");

    repository(Optional.empty());

    assertThat(filesIn(home.resolve("tiny"))).containsExactly("config.json", "model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.gguf",
        "a/../../evil.gguf",
        "/etc/evil.gguf",
        "a//evil.gguf",
        "..\\evil.gguf",
        "a\u001b[2Jevil.gguf"
      })
  void refusesAPathThatLeavesItsFolder(String path) {
    listing.addObject().put("type", "file").put("path", path).put("size", 1);
    hub.serve(TREE, listing.toString());

    assertThatThrownBy(() -> repository(Optional.empty()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("(expected: the path of a file in the repository)")
        .hasMessageNotContaining("\u001b");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void showsNoModelBeforeAllOfItIsThere() throws Exception {
    add("config.json", "{}", false);
    add("model.safetensors", "weights", true);
    String weights = "/owner/tiny/resolve/main/model.safetensors";
    hub.serve(
        weights, new Content(200, "wei".getBytes(StandardCharsets.UTF_8), Map.of(), -1, false));

    assertThatThrownBy(() -> repository(Optional.empty()))
        .hasMessageContaining("model.safetensors: 3 bytes (expected: 7)");
    assertThat(new ModelFolders(List.of(home)).all()).isEmpty();

    hub.serve(weights, "weights".getBytes(StandardCharsets.UTF_8), "\"1\"");
    repository(Optional.empty());
    assertThat(new ModelFolders(List.of(home)).all()).containsExactly(home.resolve("tiny"));
    assertThat(hub.requests("/owner/tiny/resolve/main/config.json")).hasSize(1);
  }

  @Test
  void keepsRewardModelsThatAreThere() throws Exception {
    Path card = home.resolve("tiny/rewards/kind/reward.json");
    Files.createDirectories(card.getParent());
    Files.writeString(card, "{}");
    add("tiny.gguf", "weights", true);

    repository(Optional.empty());

    assertThat(filesIn(home.resolve("tiny"))).containsExactly("rewards", "tiny.gguf");
    assertThat(card).exists();
  }

  @Test
  void refusesANameThatAModelHas() throws Exception {
    Path bundled = Files.createDirectories(home.resolve("bundled/tiny"));
    Files.writeString(bundled.resolve("config.json"), "{}");

    assertThatThrownBy(() -> place("tiny"))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("name: tiny (expected: one that no model has; " + bundled)
        .hasMessageContaining("--name");
    for (String name : List.of("..", ".fetching", "a/b", "", "-x")) {
      assertThatThrownBy(() -> place(name)).hasMessageContaining("name: " + name + " (expected: ");
    }
  }

  @Test
  void aUrlIsComparedWithWhatIsKnownOfIt() throws Exception {
    byte[] weights = "weights".getBytes(StandardCharsets.UTF_8);
    String sha256 = hash("SHA-256", "", weights);
    hub.serve("/m.gguf", weights, "\"1\"");
    hub.redirect("/linked.gguf", hub.uri("/m.gguf"), Map.of("X-Linked-Etag", "\"" + sha256 + "\""));
    hub.redirect(
        "/wrong.gguf", hub.uri("/m.gguf"), Map.of("X-Linked-Etag", "\"" + "0".repeat(64) + "\""));

    assertThat(url("/m.gguf", Optional.empty(), "a"))
        .anyMatch(line -> line.contains("nothing to compare it with but its length; --sha256"));
    assertThat(url("/m.gguf", Optional.of(Checksum.sha256(sha256)), "b"))
        .contains("Its SHA-256 is the one expected.");
    assertThat(url("/linked.gguf", Optional.empty(), "c"))
        .contains("Its SHA-256 is the one expected.");
    assertThatThrownBy(() -> url("/wrong.gguf", Optional.empty(), "d"))
        .hasMessageContaining("(expected: 000");
    assertThat(home.resolve("c/linked.gguf")).hasContent("weights");
    assertThat(home.resolve("d")).doesNotExist();
  }

  private List<String> url(String path, Optional<Checksum> checksum, String name) throws Exception {
    RemoteFile file = ModelFetch.gguf(hub.uri(path).toString(), checksum);
    return fetch().file(file, place(name), (bytes, total) -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/m.gguf",
        "https://example.org/m.bin",
        "https://huggingface.co/Qwen/Qwen2.5-1.5B",
        "https:///m.gguf",
        "https://example.org/a b.gguf",
        "https://example.org/..%2fm.gguf%5c",
        "https://example.org/m-00001-of-00003.gguf",
        "ftp://example.org/m.gguf"
      })
  void refusesAUrlThatIsNoneOfAGgufFile(String url) {
    assertThatThrownBy(() -> ModelFetch.gguf(url, Optional.empty()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void refusesAnEndpointThatIsNone() {
    assertThat(Hub.endpoint(Map.of())).hasToString("https://huggingface.co");
    assertThat(Hub.endpoint(Map.of("HF_ENDPOINT", "https://mirror.example/hf/")))
        .hasToString("https://mirror.example/hf");
    for (String url :
        List.of("mirror", "ftp://mirror.example", "https://", "https://u:p@m.example")) {
      assertThatThrownBy(() -> Hub.endpoint(Map.of("HF_ENDPOINT", url)))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("HF_ENDPOINT: " + url + " (expected: a URL such as");
    }
  }

  @Test
  void asksTheHubByRevision() throws Exception {
    hub.serve("/api/models/owner/tiny/tree/refs/pr/1", "[]");

    assertThatThrownBy(
            () ->
                fetch()
                    .repository(
                        "owner/tiny",
                        "refs/pr/1",
                        Optional.empty(),
                        place("tiny"),
                        (bytes, total) -> {}))
        .hasMessageContaining("It holds: nothing.");
    assertThatThrownBy(() -> repository(Optional.empty()))
        .hasMessageContaining("owner/tiny: 127.0.0.1 answers 404")
        .hasMessageContaining("--revision");
  }

  @Test
  void refusesAListThatIsNoJson() {
    hub.serve(TREE, "<html>");
    assertThatThrownBy(() -> repository(Optional.empty()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("owner/tiny: its list of files cannot be read: ");
  }
}
