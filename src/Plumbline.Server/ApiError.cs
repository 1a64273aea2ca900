using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Plumbline.Server;

/// <summary>What went wrong, in the shape that clients of the OpenAI API read: <c>{"error": {"message", "type", "param", "code"}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
/// <param name="Param">The part of the request that it is about, or null.</param>
/// <param name="Code">A word that programs can tell it by, or null.</param>
internal sealed record ApiError(int Status, string Message, string? Param = null, string? Code = null)
{
    /// <summary>What kind of error it is.</summary>
    public string Kind { get; init; } = Status < 500 ? "invalid_request_error" : "server_error";

    /// <summary>After how long it may be tried again, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a client should try again by itself; null: as it sees fit.</summary>
    public bool? MayRetry { get; init; }

    /// <summary>The request asks for what cannot be given.</summary>
    public static ApiError Refused(InputException error) => new(StatusCodes.Status400BadRequest, error.Message, error.Place);

    /// <summary>No model here has that name.</summary>
    public static ApiError NoSuchModel(string asked, string served) =>
        new(StatusCodes.Status404NotFound, $"There is no model '{asked}' here. The one that is served is '{served}'.", "model", "model_not_found");

    /// <summary>No part of the API has that address, or not with that method.</summary>
    public static ApiError NoSuchAddress(HttpRequest request, string there = "POST /v1/chat/completions, GET /v1/models and GET /v1/models/NAME") =>
        new(StatusCodes.Status404NotFound, $"There is no {request.Method} {request.Path} here. There are {there}.", Code: "unknown_url");

    /// <summary>The model broke: the caller learns that it was not the request, and nothing of how it looks inside.</summary>
    public static ApiError Failed { get; } = new(StatusCodes.Status500InternalServerError, "The model failed. The request was understood; the program that serves the model says more.");

    /// <summary>What is sent.</summary>
    public object Body => new { Error = new { Message, Type = Kind, Param, Code } };

    /// <summary>Answers with it.</summary>
    public Task WriteAsync(HttpContext context, JsonSerializerOptions json)
    {
        context.Response.StatusCode = Status;
        if (RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
        if (MayRetry is { } may)
            context.Response.Headers["x-should-retry"] = may ? "true" : "false";
        return context.Response.WriteAsJsonAsync(Body, json, context.RequestAborted);
    }
}
