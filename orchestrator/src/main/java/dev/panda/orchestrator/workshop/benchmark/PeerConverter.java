package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.orchestrator.workshop.benchmark.contender.Peer;
import dev.panda.orchestrator.workshop.cli.HttpUrlConverter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a server and the name that it gets in tables: {@code NAME=http://HOST:PORT}. */
final class PeerConverter implements ITypeConverter<Peer> {

  @Override
  public Peer convert(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new TypeConversionException(
          text + " (expected: NAME=http://HOST:PORT, like vllm=http://127.0.0.1:8000)");
    }
    return new Peer(
        text.substring(0, equals), new HttpUrlConverter().convert(text.substring(equals + 1)));
  }
}
