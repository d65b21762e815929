"""Every severity asks something under every heading; a low one asks four questions."""

from django.db import migrations

FIRST = {
    "summary": "What broke, for whom, from when to when? Three sentences will do.",
    "impact": "What did customers see, how many of them, and what was not affected?",
    "detection": "How did we notice, and how could we have noticed sooner?",
    "root_cause": "What made it possible, and what set it off?",
    "resolution": "What brought the service back?",
    "went_well": "What would you want to happen again next time?",
    "went_badly": "What made it longer or worse than it had to be?",
    "got_lucky": "What could have gone wrong and did not?",
}
SHORT = {
    "summary": "What happened, in a sentence or two?",
    "impact": "Who noticed, and what did they see?",
    "root_cause": "What made it possible?",
    "resolution": "What brought it back?",
}


def add(apps, schema_editor):
    Severity = apps.get_model("incidents", "Severity")
    SeveritySection = apps.get_model("incidents", "SeveritySection")
    for severity in Severity.objects.all():
        is_low = severity.tone == "low"
        for key, prompt in FIRST.items():
            SeveritySection.objects.get_or_create(
                severity=severity,
                key=key,
                defaults={
                    "is_asked": not is_low or key in SHORT,
                    "prompt": SHORT.get(key, prompt) if is_low else prompt,
                },
            )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_before_it_goes_out")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
