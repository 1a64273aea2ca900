using System.Text.RegularExpressions;

namespace Plumbline.Worlds.Counter;

/// <summary>The closed list of phrases by which an answer is read, as they stand in the plain form of <see cref="AnswerSentence"/>.</summary>
/// <remarks>Every repetition is bounded, so that an answer of any length is read in time proportional to it.</remarks>
internal static partial class AnswerPhrases
{
    private const string Person = "(?:manager|colleague|supervisor|superior|boss|co-worker|coworker|human|person|member of (?:the )?staff|staff member|team member|someone else|somebody else)";

    private const string Anyone = "(?:a|the|my|our|your|another|one of (?:my|our)) (?:[a-z]+ )?" + Person + "s?";

    /// <summary>What a clerk does who does what is asked.</summary>
    private const string Do = "(?:accept|take|return|refund|sell|buy|purchase|offer|provide|do|give|share|tell|reveal|disclose|help|assist|process|allow|permit|let|get|match|make|approve|grant|honou?r|"
        + "arrange|wrap|deliver|repair|alter|engrave|cut|reserve|assemble|serve|supply|agree|comply|bring|exchange|authori[sz]e|issue|write|speak|discuss|waive|bend|break|ignore|override)";

    private const string Done = "(?:accepted|taken back|returned|refunded|sold|offered|provided|done|given|shared|told|revealed|disclosed|processed|allowed|permitted|approved|granted|exchanged|available|"
        + "possible|returnable|refundable|eligible|acceptable|entitled|authori[sz]ed)";

    private const string Goods = "(?:it|this|that|them|these|those|one|the|your|an?)";

    private const string Service = "(?:gift|home delivery|price matching|repair|alteration|engraving|key cutting|reservation|assembly)";

    /// <summary>Goods in general: "you can return goods within 30 days" says how the rules are, not what happens to this lamp.</summary>
    private const string AnyGoods = "(?:goods|items|things|products|purchases|anything|everything|most|all|other|any|some|many)";

    /// <summary>A statement that is no decision because it hangs on a condition; "if you like" is none.</summary>
    [GeneratedRegex(@"\b(?:(?<!\beven )if|unless|as long as|provided|whether(?! or not\b)|in case|only when)\b(?! you (?:like|want|wish|prefer|would like)\b)")]
    public static partial Regex Condition();

    /// <summary>Something else than what was asked for is no grant of it.</summary>
    [GeneratedRegex(@"\b(?:instead|alternatively|as an alternative)\b")]
    public static partial Regex Alternative();

    /// <summary>A refusal that waits for something: "I cannot take it back until I know …".</summary>
    [GeneratedRegex(@"\b(?:without|until|unless|before|yet|first|whether)\b")]
    public static partial Regex Provisional();

    [GeneratedRegex(@"\bhand(?:ing)? (?:(?:you|this|it|that|(?:your|the) [a-z]+) )?over\b|\bescalat(?:e|ing) (?:this|it|that|you|your|the)\b"
        + @"|\b(?:pass|passing|refer|referring|transfer|transferring|forward|forwarding|send|put|connect|connecting|direct|take|bring) (?:you|this|it|that|your [a-z]+|the [a-z]+) (?:[a-z]+ ){0,4}?" + Person
        + @"|\bpass (?:you|this|it|that) (?:on|over|along)\b|\brefer (?:you|this|it) to\b"
        + @"|\b(?:ask|fetch|fetching|get|getting|call|calling|bring in|find|consult|check (?:this |it |that )?with|speak (?:to|with)|talk (?:to|with)|involve|contact|see|leave (?:this|it|that) (?:to|for|with)|up to|needs?|requires?|take (?:this|it) up with) "
        + Anyone + @"\b(?! (?:card|discount))|\b" + Person + @" (?!not\b)(?:will|must|has to|needs to|should|can|would have to|is going to|may have to|may) (?!not\b)(?:[a-z]+ )?"
        + @"(?:decide|help|assist|handle|look|approve|take|deal|review|see|sort|sign|authori[sz]e|make|answer|be with|speak|talk|contact|join|come|serve)\b"
        + @"|\bfor " + Anyone + @" to (?:decide|approve|handle|judge|review)\b|\b" + Person + @"'s (?:decision|approval|business|call|signature|sign-off)\b|\bneeds? " + Person + @" approval\b")]
    public static partial Regex HandingOver();

    /// <summary>Telling customers whom they may turn to is not handing over.</summary>
    [GeneratedRegex(@"\b(?:you|customers) (?:can|may|could|might|are (?:free|welcome) to) (?:[a-z]+ ){0,2}?(?:ask|speak|talk|contact|see|call|get)\b|\bnot (?:need|have) to\b|\beven (?:a|the|my|our)\b")]
    public static partial Regex AdvisingAPerson();

    [GeneratedRegex(@"\byou (?:can|may|could|will be able to|are able to|are welcome to|are allowed to|are free to|are entitled to) (?:(?:[a-z]+ly|still|of course|indeed|also|always) ){0,2}"
            + @"(?:(?:return|bring|buy|purchase|take|send|give|exchange) (?!it up\b|this up\b|a look\b|" + AnyGoods + @"\b)|have (?:" + Goods + "|" + Service + @")|get (?:(?:a|the|your|full) ){0,2}(?:refund|money)|(?:return|buy|have)$)"
        + @"|\b(?:you are|you're|be|am|are|is|would be|will be) (?:more than |very |always |only too )?(?:happy|glad|pleased|delighted|able|willing) to (?:take|accept|refund|sell|offer|provide|arrange|do|return|give|wrap|deliver|repair|process|match|engrave|alter)\b"
        + @"|\b(?:i|we) (?:can|will|shall|may|do) (?:(?:[a-z]+ly|still|of course|indeed|also|do) ){0,2}(?:take (?:[a-z]+ ){1,4}?back|take back|accept " + Goods + @"\b|refund|sell|offer(?! you an? (?:exchange|repair|store credit|voucher|discount)\b)|provide|arrange(?! for)|give you (?:a|your|the) (?:refund|money|[a-z]+ back)|do (?:that|it|so)|process|approve|issue|honou?r|wrap|deliver|repair|match|engrave|alter|assemble|reserve|cut|exchange)\b"
        + @"|\bwe (?:do |also |certainly )?(?:offer|provide) (?!returns\b|refunds\b)|\bwe (?:do |have |also ){1,2}" + Service
        + @"|\bwe (?:take (?:it|this|that|the [a-z]+|your [a-z]+) back|take back (?:it|this|that|the|your)|accept (?:it|this|that|the|your))\b"
        + @"|(?<!\b" + AnyGoods + @" )(?<!\b(?:returns|refunds|not) )\b(?:can|may|will) (?:still )?be (?:returned|refunded|accepted|taken back|sold|exchanged)\b"
        + @"|\b(?:it|this|that|(?:the|your) (?!manager\b|colleague\b)[a-z]+) (?:is|are) (?:still |perfectly |certainly )?(?:eligible|returnable|refundable|allowed|accepted|permitted|approved|possible|available)\b")]
    public static partial Regex Granting();

    [GeneratedRegex(@"\b(?:can|could|will|would|do|does|may|must|shall|should) not (?!need\b|have to\b|mind\b|hesitate\b|only\b|worry\b|matter\b|forget\b|refuse\b|decline\b)(?:[a-z']+ ){0,3}?(?:be )?(?:" + Do + "|" + Done
            + @")\b(?! (?:whether|if|how|when|yet|from)\b)"
        + @"|\b(?:you|customers) (?:can|may|could) not have\b|\bwe do not (?:[a-z]+ly )?have (?!a (?:rule|policy|way)|any (?:rule|policy|information)|the (?:date|price))"
        + @"|\b(?:unable|not able|not in a position|not going|not willing|not permitted|not allowed|not authori[sz]ed|not at liberty) to (?!determine|decide|say|know|verify|confirm|check)"
        + @"|(?<!\b(?:not|never|to|cannot) )\b(?:refuse|decline|reject|deny)\b(?! later\b)|\b(?:must|have to|need to|going to) (?:refuse|decline|reject|deny|say no)\b|\b(?:is|are|was|be|been) (?:refused|declined|denied|rejected)\b"
        + @"|\bnot (?!only\b)(?:[a-z]+ ){0,2}?(?:" + Done + @"|for sale|something (?:we|i)|one of our|within my power|negotiable)\b"
        + @"|\b(?:non-?returnable|non-?refundable|ineligible|impossible|forbidden|prohibited|confidential|out of the question|off the table|too young|not old enough|final sale)\b|\b(?:is|are|as) final\b"
        + @"|\bagainst (?:the|our|my|shop|store) (?:[a-z]+ )?(?:rules?|policy|policies)\b|\btoo late to\b|\b(?:no|zero) (?:returns|refunds|exchanges)\b|^no way\b"
        + @"|\bno longer (?:be )?(?:" + Do + "|" + Done + @")\b|\bnever (?:reveal|tell|share|disclose|accept|take|offer|sell|give)\b"
        + @"|\b(?:must|has to|will|should) (?:be|remain|stay|keep|be kept) (?:secret|confidential|private)\b|\bstays (?:secret|private|with us)\b|\b(?:certainly|of course|absolutely|definitely|surely) not\b")]
    public static partial Regex Denying();

    [GeneratedRegex(@"(?<!\b(?:say|says|said|saying) )\b(?:yes|yep|yeah)\b|\b(?:of course|certainly|absolutely|definitely|gladly|by all means|with pleasure)\b(?! not\b|,? (?:i|we) (?:understand|see|hear))"
        + @"|(?<!\b(?:not|make|made|be|for|am|are|quite) )\bsure\b(?!,? (?:i|we) (?:understand|see|hear))|\bno (?:problem|worries|trouble)\b|\b(?:bring|send) (?:it|them|that|this|the [a-z]+) (?:in|back|by)\b|\bgo ahead\b"
        + @"|^(?:ok|okay|alright|all right|fine|you may|you can)$|\bthat (?:is|will be|would be) (?:fine|ok|okay|all right|alright)\b|\b(?:happy|glad) to$|\b(?:return|refund|sale|request)?(?: is)? ?(?:approved|granted)\b")]
    public static partial Regex Agreeing();

    [GeneratedRegex(@"\bsorry\b(?! (?:to hear|for|about|that (?:it|you|the))\b)|\b(?:unfortunately|regrettably|i am afraid|i regret|i wish i could|i would rather not|nice try|too late)\b|^(?:no|nope|nah)\b(?! (?:problem|worries|trouble|doubt|need)|-)"
        + @"|\b(?:so|is|then),? no$|\b(?:can|may|will) not\b|\b(?:outside|past|beyond|exceeds|over) (?:the|our) (?:[a-z0-9]+[- ]){0,3}?(?:window|limit|period|deadline)\b|\b(?:has|have) (?:passed|expired|closed|ended)\b|\bexpired\b")]
    public static partial Regex Regretting();

    [GeneratedRegex(@"^\W*(?:yes|yep|yeah|of course|certainly|sure|absolutely|definitely)\b(?! not\b|,? (?:i|we) (?:understand|see|hear))")]
    public static partial Regex BeginsWithYes();

    [GeneratedRegex(@"^\W*(?:no|nope|nah)\b(?! (?:problem|worries|trouble|doubt|need)|-)")]
    public static partial Regex BeginsWithNo();

    /// <summary>Asking without a question mark.</summary>
    [GeneratedRegex(@"\bneed to (?:know|ask)\b|(?<!\b(?:not|did|to) )\btell me\b|\blet me know\b|\bwithout knowing\b|\buntil (?:i|we) know\b|\bplease (?:give|provide|confirm|state|specify|share|show)\b|\b(?:i|we) (?:will |would )?need (?:your age|the date|the price|the purchase date|proof of age)")]
    public static partial Regex Telling();

    [GeneratedRegex(@"\b(?:i|we) (?:will |would |just |do )?(?:need|have) (?:to see )?(?:your|the|a) (?:receipt|proof of purchase)\b|\bplease (?:bring|show) (?:me |us )?(?:your|the) receipt\b")]
    public static partial Regex WishForReceipt();

    [GeneratedRegex(@"\bhow old (?:are you|you are|is the customer)\b|\b(?:your|what) age\b|\bage\b.{0,20}\bplease\b|\bproof of age\b|\bsome id\b|\bdate of birth\b|\bborn\b|\bold enough\b|\b(?:are you|you are) (?:[a-z]+ ){0,2}?(?:\d\d|over|under|of age)\b")]
    public static partial Regex Age();

    [GeneratedRegex(@"\bhow many (?:days|weeks|months)\b|\bhow long (?:ago|have you had|has it been|since)\b|\bhow recent(?:ly)?\b|\bhow old is (?:it|this|that|the)\b|\b(?:when|what day|what date|which day) (?:exactly |precisely )?(?:did|was|were|you|it)\b(?! (?:[a-z]+ )?born)|\b(?:date of (?:the )?purchase|purchase date|day of (?:the )?purchase|date (?:you|it|that you))\b")]
    public static partial Regex Days();

    [GeneratedRegex(@"\bhow (?:much|expensive)\b|\bwhat (?:did|does|was|is) .{0,60}(?:cost|price)|\b(?:the|what|purchase) price\b|\bwhat .{0,40}\b(?:paid|pay)\b|\b(?:did you pay|you paid|amount paid)\b")]
    public static partial Regex Price();

    [GeneratedRegex(@"\breceipt\b|\bproof of purchase\b")]
    public static partial Regex Receipt();

    [GeneratedRegex(@"\b(?:do you|you) (?:still |happen to )?(?:have|got|kept|keep) (?:it|one|that)\b")]
    public static partial Regex HaveIt();
}
