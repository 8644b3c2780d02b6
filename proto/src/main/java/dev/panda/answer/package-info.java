/**
 * How a call of the three services is answered: why it fails ({@link dev.panda.answer.Reason}),
 * what the client is told ({@link dev.panda.answer.StatusMapping}), which messages are not read
 * ({@link dev.panda.answer.MessageGuard}), and how a client reads what it is told ({@link
 * dev.panda.answer.ErrorDetails}). It knows grpc-java, protobuf and {@code google.rpc} only.
 */
package dev.panda.answer;
