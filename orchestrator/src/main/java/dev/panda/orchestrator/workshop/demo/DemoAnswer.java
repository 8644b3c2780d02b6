package dev.panda.orchestrator.workshop.demo;

import dev.panda.orchestrator.workshop.ask.Streamed;
import java.util.List;

/**
 * An answer under its heading.
 *
 * @param rewards normalised [preference]
 */
record DemoAnswer(String heading, Streamed streamed, List<Double> rewards) {

  String text() {
    return streamed.summary().getText();
  }
}
