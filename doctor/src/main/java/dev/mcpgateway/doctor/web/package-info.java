/**
 * Asking servers that are not trusted: {@link dev.mcpgateway.doctor.web.Web} sends requests within the bounds of time,
 * size and {@link dev.mcpgateway.doctor.web.HostPolicy}, {@link dev.mcpgateway.doctor.web.TlsProbe} looks at their
 * certificates.
 */
package dev.mcpgateway.doctor.web;
