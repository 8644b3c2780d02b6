package dev.panda.orchestrator.workshop.services;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/** Asks services whether they are ready. */
final class Health {
  private static final int MILLIS = 5000;

  private Health() {}

  /** Whether the service that answers for its health at this port says that it is ready. */
  static boolean isReady(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + Service.HOST + ":" + port + "/q/health/ready")
                  .toURL()
                  .openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException silent) {
      return false;
    }
  }
}
