package dev.panda.basemodel.workshop.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the token goes, and where redirects may lead. */
class TokenTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "https://hub.example, https://hub.example/a/b, true",
    "https://hub.example, https://HUB.example:443/a/b, true",
    "https://hub.example, https://cdn.hub.example/a, false",
    "https://hub.example, https://hub.example.evil/a, false",
    "https://hub.example, https://hub.example:8443/a, false",
    "https://hub.example, http://hub.example/a, false",
    "http://hub.example, http://hub.example/a, false",
    "http://hub.example, https://hub.example/a, false"
  })
  void theTokenGoesToTheHubAloneOverHttps(URI hub, URI target, boolean goes) {
    Credential credential = new Credential(hub, "hf_secret");
    assertThat(credential.headerFor(target))
        .isEqualTo(goes ? Optional.of("Bearer hf_secret") : Optional.empty());
    assertThat(credential.toString()).doesNotContain("secret");
  }

  @Test
  void aTokenThatNoHeaderCanHoldIsNotShown() {
    URI hub = URI.create("https://hub.example");
    assertThat(Credential.of(Map.of("HF_TOKEN", "  "), hub)).isEmpty();
    assertThat(Credential.of(Map.of("HF_TOKEN", "hf_x\n"), hub))
        .contains(new Credential(hub, "hf_x"));
    assertThatThrownBy(() -> Credential.of(Map.of("HF_TOKEN", "hf_x\r\nHost: evil"), hub))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("HF_TOKEN: not a token")
        .hasMessageNotContaining("evil");
  }

  @Test
  void theTokenDoesNotFollowARedirectToAnotherHost() throws Exception {
    SSLContext tls = tls();
    try (FileServer hub = FileServer.https(tls);
        FileServer store = FileServer.https(tls)) {
      store.serve("/stored", new byte[] {1, 2, 3}, "\"1\"");
      hub.redirect("/moved", store.uri("localhost", "/stored"), Map.of());
      hub.redirect("/a/m.gguf", URI.create("/moved"), Map.of());
      HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
      Web web = new Web(client, Optional.of(new Credential(hub.uri(""), "hf_secret")));
      RemoteFile file =
          new RemoteFile("m.gguf", hub.uri("/a/m.gguf"), OptionalLong.of(3), Optional.empty());

      new Download(web, Duration.ofSeconds(30)).fetch(file, folder, (bytes, total) -> {});

      assertThat(folder.resolve("m.gguf")).hasBinaryContent(new byte[] {1, 2, 3});
      assertThat(hub.requests())
          .extracting(request -> request.header("Authorization"))
          .containsExactly("Bearer hf_secret", "Bearer hf_secret");
      assertThat(store.requests("/stored"))
          .singleElement()
          .satisfies(request -> assertThat(request.header("Authorization")).isNull());
    }
  }

  @Test
  void refusesRedirectsThatLeaveHttpsOrDoNotEnd() throws Exception {
    SSLContext tls = tls();
    try (FileServer hub = FileServer.https(tls)) {
      Web web = new Web(HttpClient.newBuilder().sslContext(tls).build(), Optional.empty());
      hub.redirect("/down", URI.create("http://127.0.0.1:1/x"), Map.of());
      hub.redirect("/round", URI.create("/round"), Map.of());

      assertThatThrownBy(() -> web.get(hub.uri("/down"), Map.of()))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("redirected to http://127.0.0.1:1/x (expected: an https URL)");
      assertThatThrownBy(() -> web.get(hub.uri("/round"), Map.of()))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("redirected 10 times");
    }
  }

  /** A certificate for this machine that both sides trust, made by the JDK's keytool. */
  private SSLContext tls() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(store)) {
      keys.load(bytes, PASSWORD);
    }
    Files.delete(store);
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
