package dev.panda.orchestrator.workshop.benchmark.report;

import dev.panda.orchestrator.workshop.benchmark.load.Result;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws a sweep as PNG: three panels, one line a contender. Needs a font, but no display. */
public final class Chart {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 400;

  /** Pixels for each unit of length; sharp on screens with twice the usual density. */
  private static final int DENSITY = 2;

  private Chart() {}

  /**
   * Checks that this machine can draw charts.
   *
   * @throws CommandFailure if the machine has no font
   */
  public static void requireFont() {
    System.setProperty("java.awt.headless", "true");
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      graphics.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("0");
    } catch (RuntimeException | Error e) { // AWT throws several kinds of both
      throw new CommandFailure(
          "--chart: no font on this machine (expected: a font that fontconfig finds)",
          "Install one (Debian, Ubuntu: apt install fontconfig fonts-dejavu-core).",
          e);
    } finally {
      graphics.dispose();
    }
  }

  /** Writes a file. */
  public static void write(Path file, List<Result> results) throws IOException {
    List<Panel> panels =
        List.of(
            Panel.of("tokens a second", results).lines(Result::tokensPerSecond),
            Panel.of("first token, ms: p50, p99 dashed", results)
                .lines(result -> result.firstToken().p50())
                .dashes(result -> result.firstToken().p99()),
            Panel.of("between tokens, ms: p50, p99 dashed", results)
                .lines(result -> result.betweenTokens().p50())
                .dashes(result -> result.betweenTokens().p99()));
    int width = WIDTH * panels.size();
    BufferedImage image =
        new BufferedImage(width * DENSITY, HEIGHT * DENSITY, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(DENSITY, DENSITY);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, HEIGHT);
    for (Panel panel : panels) {
      panel.paint(graphics, WIDTH, HEIGHT);
      graphics.translate(WIDTH, 0);
    }
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }
}
