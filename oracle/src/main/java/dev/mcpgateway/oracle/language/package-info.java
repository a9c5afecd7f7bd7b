/**
 * The languages of the pages, and which of them a browser asks for. A leaf: providers with pages of their own use it
 * too.
 */
package dev.mcpgateway.oracle.language;
