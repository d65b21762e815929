from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0012_event_by_cause'),
    ]

    operations = [
        migrations.AlterField(
            model_name='eventupdate',
            name='text',
            field=models.TextField(max_length=20000),
        ),
        migrations.AlterField(
            model_name='maintenanceplan',
            name='text',
            field=models.TextField(max_length=20000),
        ),
        migrations.AlterField(
            model_name='updatetemplate',
            name='text',
            field=models.TextField(max_length=20000),
        ),
    ]
