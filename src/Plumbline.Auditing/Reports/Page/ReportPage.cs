namespace Plumbline.Auditing.Reports.Page;
internal static class ReportPage { public static string Write(Evidence e) => ""; }
