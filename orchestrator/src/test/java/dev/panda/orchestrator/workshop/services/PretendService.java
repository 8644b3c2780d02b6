package dev.panda.orchestrator.workshop.services;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A program in place of the three services. It runs until it is stopped. */
public final class PretendService {
  private PretendService() {}

  /** Says that it is healthy, unless it was told to be ill. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.getInteger("quarkus.http.port");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/q/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(Boolean.getBoolean("ill") ? 503 : 200, -1);
          exchange.close();
        });
    server.start();
    new CountDownLatch(1).await();
  }

  /** Puts it where the services' packages are in a checkout. */
  static void install(Path root) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, PretendService.class.getName());
    attributes.put(
        Attributes.Name.CLASS_PATH,
        PretendService.class.getProtectionDomain().getCodeSource().getLocation().toString());
    for (String module : List.of("base-model-service", "reward-service", "orchestrator")) {
      Path folder = Files.createDirectories(root.resolve(module).resolve("target/quarkus-app"));
      try (OutputStream file = Files.newOutputStream(folder.resolve("quarkus-run.jar"));
          JarOutputStream jar = new JarOutputStream(file, manifest)) {
        jar.finish();
      }
    }
  }
}
